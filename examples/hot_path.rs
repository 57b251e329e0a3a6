//! Signs the same request again and again, as often as the argument says: what the profiler looks at.

use osign::oauth1::{Request, Signer};
use osign::system::System;
use std::hint::black_box;

fn main() -> Result<(), osign::Error> {
    let count: usize = std::env::args().nth(1).and_then(|count| count.parse().ok()).unwrap_or(1000);
    let mut signer = Signer::new("dpf43f3p2l4k3l03", "kd94hf93k423kf44")?;
    signer.set_token("nnch734d00sl2jdk", "pfkkdhi9sl3r4s00")?;
    let url = "https://api.example.com/1.1/statuses/home_timeline.json?count=100&include_entities=true&trim_user=1";
    let request = Request::new("GET", url);
    let mut header = Vec::with_capacity(1024);
    for _ in 0..count {
        header.clear();
        signer.authorization_with(black_box(&request), &mut System, |it| it.write(&mut header))?;
        black_box(&header);
    }
    Ok(())
}
