"""The version of the program: what its user agent, its Dask workers and its distribution say."""

__version__ = "0.1.0"
