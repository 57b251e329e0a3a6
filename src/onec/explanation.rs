//! The steps of a signature in the interface's language; English is the core's own.

use super::language::Language;
use crate::oauth1::Explanation;
use crate::oauth1::explain::{BodyUse, KeyShape, Origin, SecretName, SecretShape, UriNote, Warning};
use std::fmt::{self, Write};

/// The steps as a person reads them. No secret is in them.
pub(super) fn text(explanation: &Explanation, language: Language) -> String {
    let mut out = String::new();
    match language {
        Language::English => out = explanation.to_string(),
        // Writing to a string does not fail.
        Language::Russian => drop(Russian { explanation, out: &mut out, step: 0 }.write()),
    }
    out
}

struct Russian<'a> {
    explanation: &'a Explanation,
    out: &'a mut String,
    step: usize,
}

impl Russian<'_> {
    fn write(&mut self) -> fmt::Result {
        let explanation = self.explanation;
        self.heading("Метод HTTP", "§3.4.1.1")?;
        self.line(&explanation.method)?;
        if explanation.method_changed {
            self.note("подписывается прописными буквами, отправляется как задан")?;
        }
        self.heading("Базовый адрес", "§3.4.1.2")?;
        self.line(&explanation.base_string_uri)?;
        for note in &explanation.uri_notes {
            self.note(&uri_note(note))?;
        }
        self.parameters()?;
        self.heading("Нормализованные параметры", "§3.4.1.3.2")?;
        self.line(&explanation.signed.normalized_parameters())?;
        self.heading("Базовая строка подписи", "§3.4.1.1")?;
        self.line(&explanation.signed.base_string)?;
        self.key()?;
        self.heading("Что отправить", "§3.5")?;
        self.line(&explanation.shown_url())?;
        let authorization = explanation.shown_authorization();
        if !authorization.is_empty() {
            self.line(&format!("Authorization: {authorization}"))?;
        }
        if !explanation.warnings.is_empty() {
            self.out.push_str("\nПредупреждения\n");
            for warning in &explanation.warnings {
                self.line(&format!("! {}", self::warning(warning)))?;
            }
        }
        Ok(())
    }

    fn parameters(&mut self) -> fmt::Result {
        let explanation = self.explanation;
        self.heading("Параметры, собранные и раскодированные", "§3.4.1.3.1")?;
        for pair in &explanation.parameters {
            let origin = match pair.origin {
                Origin::Query => "адрес",
                Origin::FormBody => "форма",
                Origin::Protocol => "протокол",
            };
            self.line(&format!("{origin:<8} {} = {}", pair.shown_name(), pair.shown_value()))?;
        }
        match explanation.body {
            BodyUse::Absent => {}
            BodyUse::Form { bytes } => {
                self.note(&format!("тело — форма, байт: {bytes}; каждая её пара подписывается"))?
            }
            BodyUse::Hashed { bytes, algorithm } => {
                self.note(&format!("oauth_body_hash — {algorithm} тела (байт: {bytes}) в base64"))?;
            }
            BodyUse::NotSigned { bytes } => self.note(&format!("тело (байт: {bytes}) не форма и не подписывается"))?,
        }
        if explanation.realm.is_some() {
            self.note("realm отправляется в заголовке и никогда не подписывается")?;
        }
        self.heading("Параметры, закодированные и отсортированные", "§3.4.1.3.2")?;
        for pair in explanation.sorted.iter().filter_map(|&index| explanation.parameters.get(index)) {
            self.line(&format!("{}={}", pair.encoded_name, pair.encoded_value))?;
        }
        Ok(())
    }

    fn key(&mut self) -> fmt::Result {
        let explanation = self.explanation;
        let secrets =
            |consumer, token| format!("секрет потребителя {} & секрет токена {}", shape(consumer), shape(token));
        let (section, key) = match explanation.key {
            KeyShape::Hmac { consumer, token } => ("§3.4.2", secrets(consumer, token)),
            KeyShape::Rsa { bits } => ("§3.4.3", format!("закрытый ключ RSA, бит: {bits}; секреты не участвуют")),
            KeyShape::Plaintext { consumer, token } => ("§3.4.4", secrets(consumer, token)),
        };
        self.heading("Ключ", section)?;
        self.line(&key)?;
        self.heading(&format!("Подпись, {}", explanation.signature_method), section)?;
        match explanation.shown_signature() {
            Some(signature) => self.line(signature),
            None => self.note("подпись — это сами секреты, она не показывается"),
        }
    }

    fn heading(&mut self, title: &str, section: &str) -> fmt::Result {
        self.step += 1;
        let gap = if self.step > 1 { "\n" } else { "" };
        writeln!(self.out, "{gap}{}. {title} (RFC 5849 {section})", self.step)
    }

    fn line(&mut self, text: &str) -> fmt::Result {
        writeln!(self.out, "   {text}")
    }

    fn note(&mut self, text: &str) -> fmt::Result {
        writeln!(self.out, "   - {text}")
    }
}

fn shape(secret: SecretShape) -> String {
    match secret {
        SecretShape { characters: 0, .. } => "(нет)".to_owned(),
        SecretShape { characters, encoded } if encoded == characters => format!("(символов: {characters})"),
        SecretShape { characters, encoded } => format!("(символов: {characters}, закодированных: {encoded})"),
    }
}

fn uri_note(note: &UriNote) -> String {
    match note {
        UriNote::SchemeLowerCased => "схема подписывается строчными буквами".to_owned(),
        UriNote::HostLowerCased => "имя сервера подписывается строчными буквами".to_owned(),
        UriNote::DefaultPortDropped(Some(port)) => format!("порт {port} — обычный для схемы и опускается"),
        UriNote::DefaultPortDropped(None) => "пустой порт опускается".to_owned(),
        UriNote::UserinfoNotSigned => "имя пользователя и пароль не подписываются".to_owned(),
        UriNote::FragmentNotSigned => "фрагмент не подписывается".to_owned(),
        UriNote::QueryApart => "строка запроса подписывается среди параметров".to_owned(),
        UriNote::EmptyPath => "пустой путь подписывается как /".to_owned(),
        UriNote::PathEncoded => {
            "пробелы и буквы не из ASCII в пути отправляются закодированными и так же подписываются".to_owned()
        }
    }
}

fn place(origin: Origin) -> &'static str {
    match origin {
        Origin::Query => "в адресе",
        Origin::FormBody => "в теле формы",
        Origin::Protocol => "в параметрах протокола",
    }
}

fn warning(warning: &Warning) -> String {
    match warning {
        Warning::PlaintextOverHttp => "PLAINTEXT по http показывает секреты всем по пути; используйте https".to_owned(),
        Warning::StrayPercent { origin, count } => format!(
            "{} есть знаки %, за которыми нет двух шестнадцатеричных цифр ({count}); пишите %25: серверы понимают одиночный \
             знак по-разному",
            place(*origin),
        ),
        Warning::FormOnBodylessMethod => {
            "форма подписана, но некоторые серверы не читают тело запроса GET или HEAD".to_owned()
        }
        Warning::FormWithoutContentType => {
            "тело похоже на форму, но без типа содержимого application/x-www-form-urlencoded как форма не подписывается"
                .to_owned()
        }
        Warning::ForeignProtocolParameter { name, origin } => format!(
            "{} стоит {} и там подписан; параметры протокола должны быть в одном месте (RFC 5849 §3.5)",
            name.escape_debug(),
            place(*origin),
        ),
        Warning::SecretWithWhitespace { secret } => format!(
            "{} начинается или кончается пробелом или переводом строки, и это входит в ключ; не скопирован ли он с ними?",
            match secret {
                SecretName::Consumer => "секрет потребителя",
                SecretName::Token => "секрет токена",
            },
        ),
        Warning::TokenWithoutSecret => "токен есть, а его секрет пуст".to_owned(),
        Warning::ClockOffset { seconds } => format!("метка времени — время часов со сдвигом в секундах: {seconds:+}"),
        Warning::TimestampInMilliseconds => {
            "в метке времени слишком много цифр для секунд; не миллисекунды ли это?".to_owned()
        }
        Warning::RealmNotSent => {
            "realm не отправляется: его несёт только заголовок Authorization (RFC 5849 §3.5.1)".to_owned()
        }
    }
}
