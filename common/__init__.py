"""Small tools that several apps need: sealing, the mail outbox, links, paging, throttle."""
