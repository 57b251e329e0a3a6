//! All records of a store are sealed again: where it has become another one's environment, or has another key.

use super::super::anchor::Anchor;
use super::super::place::failure;
use super::super::process::Call;
use super::schema::Standing;
use super::{GrantLock, Sqlite, keep};
use crate::error::{Error, Keeping};
use crate::grant::pages::Pages;
use crate::grant::store::{Lock, Store, Stored};
use rusqlite::{TransactionBehavior, params};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// How long a change of keys waits for whoever renews a grant: longer than a request takes.
const PATIENCE: Duration = Duration::from_secs(60);

impl Sqlite {
    /// Makes this store the one to go on with, in its present environment: each record is sealed again, in one transaction.
    /// Tells how many there were; none where it needs no adoption.
    ///
    /// `reseal` gets the grant's name, its record, and the environment that this was sealed in; None leaves it
    /// ([`Sealer::adopt`](crate::grant::seal::Sealer::adopt)).
    ///
    /// # Errors
    /// Those of `reseal`, after which nothing has changed; where the store cannot be written.
    pub fn adopt(
        &self,
        mut reseal: impl FnMut(&str, &str, &str) -> Result<Option<String>, Error>,
    ) -> Result<usize, Error> {
        let call = Call::begin()?;
        self.shared.with(&call, |connection| {
            let known = self.anchor.as_ref().and_then(Anchor::commits).unwrap_or(0);
            let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            if self.examine(&transaction)?.is_none() {
                return Ok(0);
            }
            let Standing { environment: from, commits, .. } = Standing::read(&transaction)?;
            let mut count = 0;
            for found in Pages::new(|after, most| keep::records_after(&transaction, after, most), name_of) {
                let (name, stored) = found?;
                let Some(record) = reseal(&name, &stored.record, &from)? else { continue };
                count += 1;
                transaction.execute(
                    "UPDATE grants SET record = ?2, revision = revision + 1 WHERE name = ?1",
                    params![name, record],
                )?;
            }
            // What lies beside is sealed before the commit: behind it nobody would know where it was sealed for.
            for name in Pages::new(|after, most| keep::names_after(&transaction, after, most), String::as_str) {
                let name = name?;
                self.reseal_spilled(&name, |record| reseal(&name, record, &from))?;
            }
            let commits = commits.max(known) + 1;
            transaction.execute(
                "UPDATE meta SET environment = ?1, commits = ?2,
                 gone = ?2 - (SELECT coalesce(sum(generation), 0) FROM grants)",
                params![self.environment, commits.cast_signed()],
            )?;
            transaction.commit()?;
            self.quarantine.store(0, Ordering::Release);
            self.raise(commits);
            Ok(count)
        })
    }

    /// Seals records again, as a change of keys needs it, and tells how many. Whoever is renewing a grant is waited for.
    ///
    /// `reseal` gets a grant's name and its record; None leaves it
    /// ([`Sealer::rekey`](crate::grant::seal::Sealer::rekey)). Each record is written by itself: where this is
    /// interrupted, some are sealed with the new key and some with the old, and calling it again goes on. It ends once a
    /// pass has found nothing to do, as another process may write with the old key meanwhile.
    ///
    /// # Errors
    /// Those of `reseal`; where the store cannot be written; [`Keeping::Busy`].
    pub fn rekey(&self, mut reseal: impl FnMut(&str, &str) -> Result<Option<String>, Error>) -> Result<usize, Error> {
        let call = Call::begin()?;
        let mut count = 0;
        loop {
            let page = |after: &str, most| {
                self.shared.with(&call, |connection| {
                    self.allow(connection)?;
                    keep::records_after(connection, after, most)
                })
            };
            let mut changed = 0;
            for found in Pages::new(page, name_of) {
                let (name, stored) = found?;
                if reseal(&name, &stored.record)?.is_none() && self.spilled(&name)?.is_none() {
                    continue;
                }
                // Whoever renews it now has opened it with the old key, and would commit with that once this has ended.
                let _lock = self.wait_for_lock(&name)?;
                let Some(stored) = self.load(&name)? else { continue };
                if let Some(record) = reseal(&name, &stored.record)? {
                    changed += 1;
                    count += usize::from(self.replace(&call, &name, stored.generation, stored.revision, &record)?);
                }
                self.reseal_spilled(&name, |record| reseal(&name, record))?;
            }
            if changed == 0 {
                return Ok(count);
            }
        }
    }

    /// The lock of a grant, whose owner has the time to come to an end.
    fn wait_for_lock(&self, name: &str) -> Result<GrantLock, Error> {
        let begun = Instant::now();
        loop {
            match self.lock(name, "a change of keys")? {
                Lock::Taken(lock) => return Ok(lock),
                Lock::Held(_) if begun.elapsed() < PATIENCE => std::thread::sleep(Duration::from_millis(20)),
                Lock::Held(holder) => return Err(Keeping::Busy { name: name.to_owned(), holder }.into()),
            }
        }
    }

    fn reseal_spilled(
        &self,
        name: &str,
        reseal: impl FnOnce(&str) -> Result<Option<String>, Error>,
    ) -> Result<(), Error> {
        let spill = self.spill_of(name);
        let failed = |error| failure(self.shared.path(), &error);
        if let Some(record) = spill.kept().map_err(failed)?
            && let Some(record) = reseal(&record)?
        {
            spill.keep(&record).map_err(failed)?;
        }
        Ok(())
    }
}

fn name_of((name, _): &(String, Stored)) -> &str {
    name
}
