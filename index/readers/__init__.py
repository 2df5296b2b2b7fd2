"""One module for each format that articles come in: bytes of a file in, articles out.

They run in a limited process of their own (:mod:`index.parsing`), one file at a time, and touch no disk and no network.
"""
