"""`apply_async` over processes, threads or the machines of a Dask cluster; it knows nothing of HTTP.

pool → processes | threads | dask → supervisor → (pipe) → task_runner → task

pool           the verbs that every engine has, and the opening of one
supervisor     who gets which task, and what a death leaves: for workers that are apart
processes      P processes × T threads
child_process  the parent's end of one worker process
child_main     the life of a worker process
forkserver     the server that forks them, and what is used of libraries that they do not document
threads        threads of this process behind the same verbs
dask           an actor in each worker of a Dask cluster
dask_cluster   the cluster as its client sees it
dask_actor     what works inside a Dask worker
task_runner    what runs tasks inside a worker: threads, or a loop
loop           one thread for the tasks of a state that drives them
task           one task: run, its result or its error as a message
pipe           messages between the parent and a worker, never waiting
continuation   what is left of a task when its waiting is over
"""

__all__ = ["continuation", "forkserver", "pool"]
