//! Finds the third-party tools that `tests/tools/setup` installs.

use std::path::{Path, PathBuf};

const MAKE_TARGET: &str = "make test";

/// A tool inside the folder named by `MFASCOPE_TOOLS`.
pub fn tool(relative: &str) -> String {
    let folder = std::env::var_os("MFASCOPE_TOOLS").map(PathBuf::from);
    let folder = folder
        .unwrap_or_else(|| panic!("MFASCOPE_TOOLS is not set: run the tests through `{MAKE_TARGET}`, which sets it"));
    existing(&folder.join(relative))
}

/// A Debian program.
pub fn program(path: &str) -> String {
    existing(Path::new(path))
}

fn existing(path: &Path) -> String {
    assert!(path.exists(), "{} is missing: `{MAKE_TARGET}` installs it", path.display());
    path.to_str().expect("a path in UTF-8").to_owned()
}

/// A file beside the tests.
pub fn test_file(name: &str) -> String {
    existing(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/tools").join(name))
}
