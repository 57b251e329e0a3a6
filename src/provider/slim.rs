//! A profile's text as it is kept: in each record of its grants, where there is little room.

use super::Profile;

/// The text of a profile without comments that stand on lines of their own, empty lines, and the table of sources, which is its last: a
/// record has little room.
#[must_use]
pub fn slim(text: &str) -> String {
    let mut slim = String::with_capacity(text.len());
    let mut in_sources = false;
    for line in text.lines() {
        let line = line.trim_end();
        if line.starts_with('[') {
            in_sources = line == "[sources]";
        }
        if !(in_sources || line.is_empty() || line.starts_with('#')) {
            slim.push_str(line);
            slim.push('\n');
        }
    }
    // Lines of text over several lines may look like comments: then it is kept as it is.
    if Profile::parse(&slim).is_ok() && !text.contains("\"\"\"") && !text.contains("'''") {
        slim
    } else {
        text.to_owned()
    }
}
