//! Files embedded in the binary, addressed by their content.

use std::borrow::Cow;

use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "src/dashboard/assets/"]
struct Files;

/// A file and what it is.
pub struct Asset {
    /// Content.
    pub bytes: Cow<'static, [u8]>,
    /// MIME type.
    pub content_type: String,
}

/// The address of a file: it changes with the content, so it can be cached for good.
pub(super) fn path(name: &str) -> String {
    Files::get(name).map(|file| format!("/assets/{}/{name}", hash(&file.metadata.sha256_hash()))).unwrap_or_default()
}

/// A file as text.
pub(super) fn text(name: &str) -> String {
    Files::get(name).map(|file| String::from_utf8_lossy(&file.data).into_owned()).unwrap_or_default()
}

/// The file at `/assets/{hash}/{name}`; `None` for another content or name.
pub fn asset(content_hash: &str, name: &str) -> Option<Asset> {
    let file = Files::get(name)?;
    (hash(&file.metadata.sha256_hash()) == content_hash)
        .then(|| Asset { content_type: file.metadata.mimetype().to_owned(), bytes: file.data })
}

fn hash(sha256: &[u8]) -> String {
    sha256.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}
