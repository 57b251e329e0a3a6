//! Metrics in the text format of Prometheus, for the node exporter's folder of text files.

use super::list;
use osign::grant::seal::Outside;
use std::fmt::Write;

/// All metrics of these grants; the second argument tells where a person must act.
pub(super) fn text(grants: &[Outside], is_urgent: impl Fn(&str) -> bool) -> String {
    let mut text = String::new();
    let mut metric = |name: &str, help: &str, value: &dyn Fn(&Outside) -> Option<i64>| {
        if grants.iter().any(|grant| value(grant).is_some()) {
            let _ = writeln!(text, "# HELP {name} {help}\n# TYPE {name} gauge");
        }
        for grant in grants {
            if let Some(value) = value(grant) {
                let (grant, provider) = (label(&grant.name), label(&list::provider(&grant.settings)));
                let _ = writeln!(text, "{name}{{grant=\"{grant}\",provider=\"{provider}\"}} {value}");
            }
        }
    };
    let seconds = |time: Option<i64>| time.map(|time| time.div_euclid(1000));
    metric("osign_grant_needs_person", "Whether a person must act now.", &|grant| {
        Some(i64::from(is_urgent(&grant.name)))
    });
    metric("osign_grant_generation", "How many pairs and other secrets there were.", &|grant| {
        i64::try_from(grant.generation).ok()
    });
    metric("osign_grant_failures", "How many tries in a row brought no token.", &|grant| {
        Some(i64::from(grant.state.failures))
    });
    metric("osign_grant_access_end_timestamp_seconds", "When the access token or static key ends.", &|grant| {
        seconds(grant.state.expires_at)
    });
    metric("osign_grant_idle_end_timestamp_seconds", "When the grant ends unless it is used.", &|grant| {
        seconds(grant.state.refresh_expires_at)
    });
    metric("osign_grant_end_timestamp_seconds", "When the grant ends for good.", &|grant| {
        seconds(grant.state.authorization_expires_at)
    });
    text
}

/// A label's value: its format knows three escapes.
fn label(value: &str) -> String {
    value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n")
}
