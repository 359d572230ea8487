#!/usr/bin/env python
"""The command line of Lockkeeper."""

import os
import sys


def main(arguments: list[str]) -> None:
    """Hand the command line to Django, once it is clear that this may run at all."""
    if arguments[1:2] in (["up"], ["demo"]):
        os.environ["LOCKKEEPER_EMBEDDED"] = "1"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django
    from django.core.management import execute_from_command_line

    django.setup()
    from config.runtime.startup import is_exempt, refuse_bad_start

    if not is_exempt(arguments):
        refuse_bad_start()
    execute_from_command_line(arguments)


if __name__ == "__main__":
    main(sys.argv)
