"""Writes the example shop's exports anew, beside this file: `make examples`."""

from pathlib import Path

from shopcrm.sheets.sample import sample_totals, write_sample

if __name__ == "__main__":
    for path in write_sample(Path(__file__).parent):
        print(path)
    print(sample_totals())
