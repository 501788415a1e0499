//! A module imports only from floors below its own (the table of the README's "Design").

use std::path::{Path, PathBuf};

const FLOORS: &[(&str, u8)] = &[
    ("cli", 7),
    ("app", 6),
    ("http", 5),
    ("collect", 5),
    ("lifecycle", 5),
    ("metrics", 4),
    ("dashboard", 4),
    ("export", 4),
    ("gate", 4),
    ("import", 4),
    ("postgres", 5),
    ("snapshot", 3),
    ("query", 2),
    ("rollout", 2),
    ("source", 1),
    ("decode", 1),
    ("store", 1),
    ("simulator", 1),
    ("model", 0),
    ("config", 0),
    ("clock", 0),
    ("country", 0),
    ("instrument", 0),
    ("telemetry", 0),
];

fn floor(module: &str) -> u8 {
    let found = FLOORS.iter().find(|(name, _)| *name == module);
    found.unwrap_or_else(|| panic!("src/{module} has no floor: give it one here and in the README")).1
}

#[test]
fn modules_import_from_below() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    collect(&src, &mut files);
    assert!(files.len() > 50, "the sources were not found");
    let mut wrong = Vec::new();
    for file in files {
        let path = file.strip_prefix(&src).expect("a file of src");
        let module = path.iter().next().expect("a name").to_string_lossy().trim_end_matches(".rs").to_owned();
        let is_test = path.iter().any(|part| part == "tests" || part == "tests.rs");
        if ["lib", "main"].contains(&module.as_str()) || is_test {
            continue;
        }
        let text = std::fs::read_to_string(&file).expect("a source file");
        // Tests may look down from anywhere.
        let text = text.split("#[cfg(test)]\nmod tests {").next().unwrap_or_default();
        for import in imports(text) {
            if import != module && floor(&import) >= floor(&module) {
                wrong.push(format!(
                    "{}: {module} (floor {}) imports {import} (floor {})",
                    path.display(),
                    floor(&module),
                    floor(&import)
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "imports from above or beside:\n{}", wrong.join("\n"));
}

/// Every `crate::module` named in code, also those of a braced `use crate::{…}`.
fn imports(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for rest in text.split("crate::").skip(1) {
        match rest.strip_prefix('{') {
            Some(group) => {
                let group = group.split('}').next().unwrap_or_default();
                found.extend(group.split(',').map(word).filter(|name| FLOORS.iter().any(|(floor, _)| floor == name)));
            }
            None => found.push(word(rest)),
        }
    }
    found.retain(|name| FLOORS.iter().any(|(floor, _)| floor == name));
    found
}

fn word(text: &str) -> String {
    text.trim().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
}

#[test]
fn the_floor_test_sees_imports() {
    assert_eq!(imports("use crate::store::Store;"), ["store"]);
    assert_eq!(imports("use crate::{dashboard, metrics};"), ["dashboard", "metrics"]);
    assert_eq!(imports("let x: crate::model::Factor;"), ["model"]);
}
