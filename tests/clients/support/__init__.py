"""What the tests share: a running service, signed requests, sample licenses."""
