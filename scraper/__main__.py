"""`python -m scraper CONFIG`."""

from scraper.cli import main

if __name__ == "__main__":
    main()
