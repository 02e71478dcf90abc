"""What the vendor's user sees: a client of the user-side contract (suites/USER_SIDE.md)."""
