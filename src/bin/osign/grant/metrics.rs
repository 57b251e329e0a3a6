//! Metrics in the text format of Prometheus, for the node exporter's folder of text files.

use osign::grant::report;
use osign::grant::seal::Outside;
use osign::store::Listed;
use std::fmt::Write;

/// All metrics of these grants; the last argument tells where a person must act. Of a damaged one there is this alone.
pub(super) fn text(listed: &[Listed], is_urgent: impl Fn(&str) -> bool) -> String {
    let mut text = String::new();
    let mut metric = |name: &str, help: &str, value: &dyn Fn(&Outside) -> Option<i64>, of_damaged: Option<i64>| {
        let values = listed.iter().filter_map(|listed| match &listed.outside {
            Ok(grant) => value(grant).map(|value| (listed.name.as_str(), report::provider(&grant.settings), value)),
            Err(_) => of_damaged.map(|value| (listed.name.as_str(), String::new(), value)),
        });
        let mut head = format!("# HELP {name} {help}\n# TYPE {name} gauge\n");
        for (grant, provider, value) in values {
            let (grant, provider) = (label(grant), label(&provider));
            let _ = writeln!(
                text,
                "{}{name}{{grant=\"{grant}\",provider=\"{provider}\"}} {value}",
                std::mem::take(&mut head)
            );
        }
    };
    let seconds = |time: Option<i64>| time.map(|time| time.div_euclid(1000));
    let needs_person = |grant: &Outside| Some(i64::from(is_urgent(&grant.name)));
    metric("osign_grant_needs_person", "Whether a person must act now.", &needs_person, Some(1));
    let mut metric = |name, help, value: &dyn Fn(&Outside) -> Option<i64>| metric(name, help, value, None);
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
