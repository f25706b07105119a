"""A loopback server that answers every GET with a small board, as fast as Python can.

`python -m tests.support.plain_server` starts it. It prints its port.
The page's path is its film's title, so that every record is another one.
"""

import asyncio
import sys


async def answer(reader, writer):
    try:
        while line := await reader.readline():
            path = line.split(b" ")[1]
            while (await reader.readline()).strip():
                pass
            body = b"<dl><dd><a>%s</a><b>9.6</b></dd></dl>" % path
            writer.write(
                b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n" % len(body)
                + body
            )
            await writer.drain()
    except (ConnectionError, IndexError):
        pass
    finally:
        writer.close()


async def main():
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)  # until its starter goes


if __name__ == "__main__":
    asyncio.run(main())
