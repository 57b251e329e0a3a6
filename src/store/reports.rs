//! What a store tells of its grants, as JSON. No secret is in it, and no key is needed for it; times are Unix seconds.

use super::open::OpenStore;
use crate::error::Error;
use crate::explain::{Field, Fields, List, json};
use crate::grant::report::{Finding, fields, summary};
use crate::grant::seal::Outside;
use crate::grant::store::Happening;

impl OpenStore {
    /// A list of all grants in short, one of them in a few fields; see [`summary`]. One whose record cannot be read has the
    /// status `damaged`, and a message.
    ///
    /// # Errors
    /// Where the store cannot be read.
    pub fn list_as_json(&self) -> Result<String, Error> {
        let mut grants = Vec::new();
        for grant in self.outsides() {
            let (name, outside) = grant?;
            grants.push(match outside {
                Ok(grant) => Listed::Grant(Box::new(grant)),
                Err(error) => Listed::Damaged(name, error),
            });
        }
        Ok(json(&List::of(&grants, Listed::field).into()))
    }

    /// All of one grant; see [`fields`].
    ///
    /// # Errors
    /// As [`outside`](Self::outside).
    pub fn grant_as_json(&self, name: &str) -> Result<String, Error> {
        Ok(json(&fields(&self.outside(name)?).into()))
    }

    /// What [`check`](Self::check) finds.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub fn check_as_json(&self, warn: i64) -> Result<String, Error> {
        let found = self.check(warn)?;
        Ok(json(&List::of(&found, |finding: &Finding| finding.fields().into()).into()))
    }

    /// The last lines of a grant's history, the newest first.
    ///
    /// # Errors
    /// As [`history`](Self::history).
    pub fn history_as_json(&self, name: &str, most: usize) -> Result<String, Error> {
        let lines = self.history(name, most)?;
        Ok(json(&List::of(&lines, |line: &Happening| line.fields().into()).into()))
    }
}

/// A grant of a list.
enum Listed {
    Grant(Box<Outside>),
    Damaged(String, Error),
}

impl Listed {
    fn field(&self) -> Field<'_> {
        let fields: Fields<'_> = match self {
            Self::Grant(grant) => return summary(grant).into(),
            Self::Damaged(name, error) => vec![
                ("grant", name.as_str().into()),
                ("status", "damaged".into()),
                ("message", error.to_string().into()),
            ],
        };
        fields.into()
    }
}

#[cfg(test)]
mod tests {
    use super::super::open::{Options, StoreKey};
    use super::super::{Options as SqliteOptions, Sqlite};
    use super::*;
    use crate::grant::settings::NewGrant;
    use crate::grant::store::Store;
    use crate::setting::Value;
    use std::fs;

    #[test]
    fn a_record_that_cannot_be_read_keeps_nobody_from_the_others() {
        let folder = std::env::temp_dir().join(format!("osign-reports-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join("store.db");
        let options = Options { anchors: Some(folder.clone()), ..Options::default() };
        let store =
            OpenStore::create(&format!("sqlite:{}", path.display()), StoreKey::Key(&[7; 32]), &options).unwrap();
        let mut key = NewGrant::new();
        for (name, value) in [("kind", "static"), ("secret", "hunter2"), ("expires_at", "4102444800")] {
            key.set(name, Value::Text(value)).unwrap();
        }
        store.add("weather", key).unwrap();
        let beside = SqliteOptions { anchors: Some(folder.clone()), ..SqliteOptions::default() };
        assert!(Sqlite::open(&path, &beside).unwrap().add("broken", "{}").unwrap());

        let list = store.list_as_json().unwrap();
        let good = "{\"account\":null,\"authorization_expires_at\":null,\"expires_at\":4102444800,\"generation\":1,\
                    \"grant\":\"weather\",\"kind\":\"static\",\"provider\":\"custom\",\"refresh_expires_at\":null,\
                    \"status\":\"active\"}";
        assert!(list.starts_with("[{\"grant\":\"broken\",\"message\":\""), "{list}");
        assert!(list.ends_with(&format!(",\"status\":\"damaged\"}},{good}]")), "{list}");
        assert!(store.grant_as_json("weather").unwrap().contains("\"kept\":[]"));
        assert!(store.grant_as_json("broken").is_err());
        assert!(store.check_as_json(0).unwrap().starts_with("[{\"ends_at\":null,\"grant\":\"broken\","));
        let history = store.history_as_json("weather", 10).unwrap();
        assert!(history.starts_with("[{\"at\":") && history.contains("\"event\":\"added\""), "{history}");
        drop(store);
        fs::remove_dir_all(&folder).unwrap();
    }
}
