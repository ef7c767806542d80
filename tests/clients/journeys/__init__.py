"""The whole way of a license, the same in each client."""
