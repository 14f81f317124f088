"""The demo: the line in demo mode, the world outside as real SIP phones, and the calls of the README, judged one by one."""
