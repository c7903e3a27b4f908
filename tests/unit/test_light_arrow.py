"""A command that hands values to pyarrow does not load pandas for that, and who wants a data frame still gets one."""

import subprocess
import sys

_PROGRAM = """
import sys
from fastlege.kernel.light_arrow import leave_pandas_alone

leave_pandas_alone()
import pyarrow as pa

table = pa.table({"number": pa.array([1, 2])})
print("pandas" in sys.modules, len(table.to_pandas()), "pandas" in sys.modules, pa.table(table.to_pandas()) == table)
"""


def test_pandas_is_loaded_when_it_is_asked_for_and_not_before():
    said = subprocess.run([sys.executable, "-c", _PROGRAM], check=True, capture_output=True, text=True)
    assert said.stdout == "False 2 True True\n"
