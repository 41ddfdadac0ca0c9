"""Writes src/kram/evaluation/record.json anew, after the knowledge or the model has changed: python -m tests.spec.write_record."""

from kram.evaluation.recording import record, write
from tests.spec.shared import assessor

if __name__ == "__main__":
    write(record(assessor()))
