"""What another engine finds in an export: rows, and the sum of a column, of each mart."""

import json
import pathlib
import sys

import pyarrow.compute as compute
import pyarrow.dataset as dataset

folder = pathlib.Path(sys.argv[1])
schema = json.loads((folder / "_schema.json").read_text())
found = {}
for mart in schema["marts"]:
    if not (folder / mart["name"]).is_dir():
        continue
    partitioning = dataset.partitioning(flavor="hive")
    rows = dataset.dataset(folder / mart["name"], format="parquet", partitioning=partitioning).to_table()
    named = {column["name"] for column in mart["columns"]}
    missing = named - set(rows.column_names)
    assert not missing, f"{mart['name']} lacks {missing}"
    of_days = {}
    if "date" in mart["partitioned_by"]:
        for day in rows.column("date").to_pylist():
            of_days[str(day)] = of_days.get(str(day), 0) + 1
        told = compute.strftime(rows.column(mart["date_of"]), format="%Y-%m-%d").to_pylist()
        assert told == [str(day) for day in rows.column("date").to_pylist()], mart["name"]
    found[mart["name"]] = {"rows": rows.num_rows, "days": of_days}
print(json.dumps(found))
