//! Dates, as people write them: RFC 3339, in UTC.

/// Seconds of a day.
const DAY: i64 = 86_400;

/// Unix milliseconds as `2026-11-29T11:03:41Z`.
pub(crate) fn shown(time: i64) -> String {
    let seconds = time.div_euclid(1000);
    let (days, rest) = (seconds.div_euclid(DAY), seconds.rem_euclid(DAY));
    let (year, month, day) = civil(days);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", rest / 3600, rest / 60 % 60, rest % 60)
}

/// The Unix milliseconds of `2027-05-01`, which is its first moment, or of `2027-05-01T12:00:00Z`.
pub(crate) fn read(text: &str) -> Option<i64> {
    let (date, time) = text.split_once(['T', 't', ' ']).unwrap_or((text, "00:00:00Z"));
    let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
    let [hour, minute, second] = numbers(time.strip_suffix(['Z', 'z'])?, ':', [2, 2, 2])?;
    let days = days(year, month, day);
    let exists = civil(days) == (year, month, day) && hour < 24 && minute < 60 && second < 60;
    exists.then(|| (days * DAY + hour * 3600 + minute * 60 + second) * 1000)
}

/// A time such as `14d`, `36h`, `90m` or `30s`, in milliseconds.
pub(crate) fn read_span(text: &str) -> Option<i64> {
    let unit = text.chars().last()?;
    let seconds = match unit {
        'd' => DAY,
        'h' => 3600,
        'm' => 60,
        's' => 1,
        _ => return None,
    };
    let number = &text[..text.len() - 1];
    let number: i64 = number.bytes().all(|byte| byte.is_ascii_digit()).then(|| number.parse().ok())??;
    number.checked_mul(seconds * 1000).filter(|span| *span < 36_500 * DAY * 1000)
}

/// How far a time is from now: `in 3 days`, `2 hours ago`.
pub(crate) fn distance(time: i64, now: i64) -> String {
    let seconds = (time - now).abs() / 1000;
    let (number, unit) = match seconds {
        0..120 => (seconds, "second"),
        120..7200 => (seconds / 60, "minute"),
        7200..172_800 => (seconds / 3600, "hour"),
        _ => (seconds / DAY, "day"),
    };
    let plural = if number == 1 { "" } else { "s" };
    if time >= now { format!("in {number} {unit}{plural}") } else { format!("{number} {unit}{plural} ago") }
}

fn numbers(text: &str, between: char, digits: [usize; 3]) -> Option<[i64; 3]> {
    let mut parts = text.split(between);
    let mut numbers = [0; 3];
    for (number, digits) in numbers.iter_mut().zip(digits) {
        let part = parts.next()?;
        if part.len() != digits || !part.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        *number = part.parse().ok()?;
    }
    parts.next().is_none().then_some(numbers)
}

/// Days since 1970-01-01 of a date of the Gregorian calendar: years begin in March, so that the leap day is their last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The date of a day since 1970-01-01.
fn civil(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_they_are_shown() {
        for (time, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400_000, "2000-02-29T00:00:00Z"),
            (1_795_950_221_000, "2026-11-29T11:03:41Z"),
            (4_102_444_799_000, "2099-12-31T23:59:59Z"),
        ] {
            assert_eq!(shown(time), text);
            assert_eq!(read(text), Some(time));
        }
        assert_eq!(read("2027-05-01"), read("2027-05-01T00:00:00Z"));
        for text in
            ["", "2027", "2027-5-1", "2027-02-29", "2027-13-01", "2027-01-01T25:00:00Z", "2027-01-01T00:00:00", "x"]
        {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn spans() {
        assert_eq!(read_span("14d"), Some(14 * DAY * 1000));
        assert_eq!(read_span("90m"), read_span("5400s"));
        for text in ["", "d", "14", "-1d", "1.5h", "99999999999d", "1w"] {
            assert_eq!(read_span(text), None, "{text}");
        }
        assert_eq!(distance(90_000_000, 0), "in 25 hours");
        assert_eq!(distance(0, 3 * DAY * 1000), "3 days ago");
    }
}
