"""`python -m importer` is `campaign-importer`."""

from importer.cli import main

if __name__ == "__main__":
    main()
