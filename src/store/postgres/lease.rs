//! A lock for each grant that ends by the server's clock: nobody can tell from afar whether its owner lives. On the same host one
//! can ([`Witness`]).
//!
//! A random token says whose it is. It is taken and given back by one conditional statement each, and renewed never: whoever
//! was paused for longer than it lasts finds at the next write that it is over.

use super::connection::Failure;
use super::shared::Shared;
use super::witness::Witness;
use crate::error::Error;
use crate::grant::store::Lock;
use crate::store::process::Call;
use crate::store::{file_name, hexadecimal};
use crate::system;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// A lease of a grant. It is given back when this is dropped; it ends by itself where the process dies, or is paused.
#[derive(Debug)]
pub struct Lease {
    shared: Arc<Shared>,
    name: String,
    token: String,
    process: u32,
    /// What tells others of this host that it is over, if it does.
    witness: Option<Witness>,
}

impl Drop for Lease {
    fn drop(&mut self) {
        // In a child it is the parent's.
        let Ok(call) = Call::begin() else { return };
        if call.process == self.process {
            let given_back = self.shared.with(&call, |connection| {
                let sql = "DELETE FROM osign_leases WHERE name = $1 AND token = $2";
                connection.query(sql, &[&self.name, &self.token])
            });
            if let Some(witness) = self.witness.take() {
                witness.end(given_back.is_ok());
            }
            // Where this fails, it ends by time; or a process of this host takes it again.
            self.shared.release(&call, &self.name, if given_back.is_ok() { "" } else { &self.token });
        }
    }
}

/// Takes the lease of a name, without waiting.
///
/// It need not be durable by itself: where a server that died has forgotten it, the write that follows is refused.
pub(super) fn take(
    shared: &Arc<Shared>,
    call: &Call,
    name: &str,
    owner: &str,
    lasts: Duration,
    beside: Option<&Path>,
) -> Result<Lock<Lease>, Error> {
    let Some(left) = shared.claim(call, name) else {
        return Ok(Lock::Held(format!("another thread of process {}", call.process)));
    };
    let mut witness = beside.and_then(|folder| Witness::take(folder, &file_name(name)));
    let left_here = witness.as_ref().map_or("", |witness| &witness.left);
    match ask(shared, call, name, owner, lasts, [&left, left_here]) {
        Ok(Ok(token)) => {
            shared.taken(call, name, &token);
            if let Some(witness) = &mut witness {
                witness.has(&token);
            }
            let (shared, name, process) = (shared.clone(), name.to_owned(), call.process);
            Ok(Lock::Taken(Lease { shared, name, token, process, witness }))
        }
        Ok(Err(holder)) => {
            shared.release(call, name, "");
            let _ = witness.map(|witness| witness.end(false));
            Ok(Lock::Held(holder.chars().filter(|c| !c.is_control()).collect()))
        }
        Err(error) => {
            shared.release(call, name, &left);
            let _ = witness.map(|witness| witness.end(false));
            Err(error)
        }
    }
}

/// The token of the lease, or who has it.
fn ask(
    shared: &Shared,
    call: &Call,
    name: &str,
    owner: &str,
    lasts: Duration,
    left: [&str; 2],
) -> Result<Result<String, String>, Error> {
    let token = hexadecimal(&system::seed()?[..16]);
    let milliseconds = lasts.as_millis().to_string();
    shared.with(call, |connection| {
        let rows = connection.query(
            "WITH taken AS (
                INSERT INTO osign_leases AS lease (name, token, owner, until)
                VALUES ($1, $2, $3, clock_timestamp() + $4::bigint * interval '1 millisecond')
                ON CONFLICT (name) DO UPDATE
                SET token = excluded.token, owner = excluded.owner, until = excluded.until
                WHERE lease.until <= clock_timestamp() OR lease.token IN ($5, $6)
                RETURNING set_config('synchronous_commit', 'off', true)
             )
             SELECT (SELECT count(*) FROM taken) = 1, (SELECT owner FROM osign_leases WHERE name = $1)",
            &[name, &token, owner, &milliseconds, left[0], left[1]],
        )?;
        let Some(row) = rows.first() else { return Err(Failure::Server(String::new())) };
        if row.is(0)? {
            return Ok(Ok(token));
        }
        // It was taken just now, or given back.
        Ok(Err(if row.has(1) { row.text(1)?.to_owned() } else { "another process".to_owned() }))
    })
}
