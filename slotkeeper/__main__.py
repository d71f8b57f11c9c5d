"""The program: `slotkeeper`, or `python -m slotkeeper`."""

import sys


def main() -> int:
    """Run the command line; Ctrl-C ends it without a traceback, also while it is being imported."""
    try:
        from slotkeeper import cli

        return cli.main()
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
