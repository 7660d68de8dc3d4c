"""SigmaVAULT: a persistent store of RSUs (records of about 1 KB) behind an LRU cache."""
