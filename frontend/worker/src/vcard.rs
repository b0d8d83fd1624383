//! vCard 2.1, 3.0 (RFC 2426) and 4.0 (RFC 6350) as rows: folded lines, quoted-printable, a charset for each value.

use encoding_rs::Encoding;

/// The columns, by names that the mapping knows.
const COLUMNS: [&str; 13] = [
    "company",
    "contact name",
    "title",
    "contact phone",
    "contact email",
    "address",
    "city",
    "region",
    "postal code",
    "country",
    "note",
    "website",
    "birthday",
];

/// Says whether bytes are cards.
pub(crate) fn is_cards(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    bytes.get(..11).is_some_and(|start| start.eq_ignore_ascii_case(b"BEGIN:VCARD"))
}

/// Reads cards: the names of the columns, then a row a card. `encoding` is of values that name none.
pub(crate) fn read(bytes: &[u8], encoding: &'static Encoding) -> Vec<Vec<String>> {
    let mut rows = vec![COLUMNS.map(str::to_owned).to_vec()];
    let mut card = Card::default();
    // A card may hold another one (AGENT): that one is not read.
    let mut depth = 0;
    for line in lines(bytes) {
        let Some(property) = Property::parse(&line, encoding) else { continue };
        let is_card = property.text().eq_ignore_ascii_case("VCARD");
        match property.name.as_str() {
            "BEGIN" if is_card => {
                depth += 1;
                if depth == 1 {
                    card = Card::default();
                }
            }
            "END" if is_card => {
                if depth == 1 {
                    rows.push(std::mem::take(&mut card).row());
                }
                depth = (depth - 1).max(0);
            }
            _ if depth == 1 => card.take(&property),
            _ => {}
        }
    }
    rows
}

/// Joins what was folded: by a blank at the start of a line, and in quoted-printable by `=` at the end of one.
fn lines(bytes: &[u8]) -> Vec<Vec<u8>> {
    let mut lines: Vec<Vec<u8>> = Vec::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        match lines.last_mut() {
            Some(last) if is_quoted(last) && last.ends_with(b"=") => {
                last.pop();
                last.extend_from_slice(line);
            }
            Some(last) if line.starts_with(b" ") || line.starts_with(b"\t") => last.extend_from_slice(&line[1..]),
            _ => lines.push(line.to_vec()),
        }
    }
    lines
}

fn is_quoted(line: &[u8]) -> bool {
    let head = line.split(|byte| *byte == b':').next().unwrap_or_default();
    head.to_ascii_uppercase().windows(16).any(|part| part == b"QUOTED-PRINTABLE")
}

/// A property of a card.
struct Property {
    name: String,
    parameters: String,
    value: String,
}

impl Property {
    fn parse(line: &[u8], encoding: &'static Encoding) -> Option<Property> {
        let mut quoted = false;
        let colon = line.iter().position(|byte| {
            quoted ^= *byte == b'"';
            *byte == b':' && !quoted
        })?;
        let head = String::from_utf8_lossy(&line[..colon]).trim_start_matches('\u{feff}').to_ascii_uppercase();
        let (name, parameters) = head.split_once(';').unwrap_or((&head, ""));
        // `item1.TEL`: the group tells which label belongs to it.
        let name = name.rsplit('.').next().unwrap_or(name).trim().to_owned();
        let charset = parameters.split(';').find_map(|parameter| parameter.strip_prefix("CHARSET="));
        let charset = charset.and_then(|label| Encoding::for_label(label.trim_matches('"').as_bytes()));
        let value = if is_quoted(line) { unquoted(&line[colon + 1..]) } else { line[colon + 1..].to_vec() };
        let value = charset.unwrap_or(encoding).decode_without_bom_handling(&value).0.into_owned();
        Some(Property { name, parameters: parameters.to_owned(), value })
    }

    /// Returns the value as one text.
    fn text(&self) -> String {
        parts(&self.value, &[]).concat()
    }

    /// Returns the parts of a structured value.
    fn structured(&self) -> Vec<String> {
        parts(&self.value, &[';'])
    }
}

/// Reads quoted-printable (RFC 2045); what is no escape stays as it is.
fn unquoted(value: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(value.len());
    let mut rest = value;
    while let Some((&byte, after)) = rest.split_first() {
        let code = after.get(..2).filter(|_| byte == b'=').and_then(|hex| std::str::from_utf8(hex).ok());
        match code.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(decoded) => {
                out.push(decoded);
                rest = &after[2..];
            }
            None => {
                out.push(byte);
                rest = after;
            }
        }
    }
    out
}

/// Cuts a value and takes off its escapes.
fn parts(value: &str, separators: &[char]) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut chars = value.chars();
    while let Some(c) = chars.next() {
        let last = parts.last_mut();
        match (c, last) {
            ('\\', Some(last)) => match chars.next() {
                Some('n' | 'N') => last.push('\n'),
                Some(escaped) => last.push(escaped),
                None => last.push('\\'),
            },
            (c, _) if separators.contains(&c) => parts.push(String::new()),
            (c, Some(last)) => last.push(c),
            (_, None) => {}
        }
    }
    parts.iter().map(|part| part.trim().to_owned()).collect()
}

/// What is kept of a card.
#[derive(Default)]
struct Card {
    shown_name: String,
    name: String,
    company: String,
    department: String,
    title: String,
    phones: Vec<String>,
    emails: Vec<String>,
    /// Street, city, region, postal code, country; and whether it is the one at work.
    address: Option<([String; 5], bool)>,
    notes: Vec<String>,
    website: String,
    birthday: String,
}

impl Card {
    fn take(&mut self, property: &Property) {
        match property.name.as_str() {
            "FN" => self.shown_name = property.text(),
            "N" => self.name = spoken(&property.structured()),
            "ORG" => {
                let mut parts = property.structured().into_iter();
                self.company = parts.next().unwrap_or_default();
                self.department = parts.filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
            }
            "TITLE" => self.title = property.text(),
            "ROLE" if self.title.is_empty() => self.title = property.text(),
            "TEL" => self.phones.push(without(&property.text(), "tel:")),
            "EMAIL" => self.emails.push(without(&property.text(), "mailto:")),
            "ADR" => {
                let at_work = property.parameters.contains("WORK");
                if self.address.as_ref().is_none_or(|(_, work)| at_work && !work) {
                    self.address = Some((address(&property.structured()), at_work));
                }
            }
            "NOTE" => self.notes.push(property.text()),
            "URL" => self.website = property.text(),
            "BDAY" => self.birthday = birthday(&property.text()),
            _ => {}
        }
    }

    fn row(self) -> Vec<String> {
        let name = if self.shown_name.is_empty() { self.name } else { self.shown_name };
        let title =
            [self.department, self.title].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        let [street, city, region, postal_code, country] = self.address.unwrap_or_default().0;
        // A contact has one address; the others are not thrown away.
        let mut emails = self.emails.into_iter();
        let email = emails.next().unwrap_or_default();
        let note = self.notes.into_iter().chain(emails).collect::<Vec<_>>().join("\n");
        let phones = self.phones.join("、");
        vec![
            self.company,
            name,
            title,
            phones,
            email,
            street,
            city,
            region,
            postal_code,
            country,
            note,
            self.website,
            self.birthday,
        ]
    }
}

/// Joins a name as it is spoken: 陳大文, John Smith.
fn spoken(parts: &[String]) -> String {
    let part = |at: usize| parts.get(at).map_or("", String::as_str);
    let (family, given, middle) = (part(0), part(1), part(2));
    if format!("{family}{given}").chars().any(|c| matches!(c, '\u{3400}'..='\u{9FFF}')) {
        return format!("{family}{given}");
    }
    [given, middle, family].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Post office box and extension stand before the street.
fn address(parts: &[String]) -> [String; 5] {
    let part = |at: usize| parts.get(at).cloned().unwrap_or_default();
    let street = [part(2), part(1), part(0)].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    [street.replace('\n', " "), part(3), part(4), part(5), part(6)]
}

/// `19850412` is `1985-04-12`; what has no year or another shape stays as it is.
fn birthday(text: &str) -> String {
    let day = text.split('T').next().unwrap_or(text);
    if day.len() == 8 && day.bytes().all(|byte| byte.is_ascii_digit()) {
        return format!("{}-{}-{}", &day[..4], &day[4..6], &day[6..]);
    }
    text.to_owned()
}

fn without(text: &str, scheme: &str) -> String {
    let starts = text.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    if starts { text[scheme.len()..].to_owned() } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use encoding_rs::{BIG5, UTF_8};

    use super::*;

    fn row(bytes: &[u8]) -> Vec<String> {
        assert!(is_cards(bytes));
        let mut rows = read(bytes, UTF_8);
        assert_eq!(rows.len(), 2, "{rows:?}");
        rows.remove(1)
    }

    #[test]
    fn version_4_is_read() {
        let card = "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Antonio Moreno\r\nORG:Antonio Moreno Taquería;Purchasing\r\nTITLE:Owner\r\n\
            TEL;VALUE=uri;TYPE=\"voice,work\":tel:+52-5-555-3932\r\nTEL:(5) 555-3745\r\nEMAIL:antonio@taqueria.mx\r\n\
            ADR;TYPE=home:;;Somewhere;Puebla;;;\r\nADR;TYPE=work:;;Mataderos 2312;México D.F.;;05023;Mexico\r\n\
            NOTE:First line\\nsecond\\, with a comma and a li\r\n ne that was folded\r\nBDAY:19850412\r\nEND:VCARD\r\n";
        let expected = [
            "Antonio Moreno Taquería",
            "Antonio Moreno",
            "Purchasing Owner",
            "+52-5-555-3932、(5) 555-3745",
            "antonio@taqueria.mx",
            "Mataderos 2312",
            "México D.F.",
            "",
            "05023",
            "Mexico",
            "First line\nsecond, with a comma and a line that was folded",
            "",
            "1985-04-12",
        ];
        assert_eq!(row(card.as_bytes()), expected);
    }

    #[test]
    fn version_3_with_groups_and_without_a_shown_name_is_read() {
        let card = "begin:vcard\nversion:3.0\nN:陳;大文;;;\nORG:鼎盛五金股份有限公司\nitem1.TEL;type=CELL:0912-345-678\n\
            item1.X-ABLabel:手機\nADR;TYPE=WORK:;;九如一路 1 號;三民區;高雄市;807;台灣\nend:vcard";
        let expected = [
            "鼎盛五金股份有限公司",
            "陳大文",
            "",
            "0912-345-678",
            "",
            "九如一路 1 號",
            "三民區",
            "高雄市",
            "807",
            "台灣",
        ];
        assert_eq!(row(card.as_bytes())[..10], expected);
    }

    #[test]
    fn version_2_1_with_quoted_printable_in_big5_is_read() {
        let quoted = |text: &str| BIG5.encode(text).0.iter().map(|byte| format!("={byte:02X}")).collect::<String>();
        let company = quoted("鼎盛五金");
        let (first, second) = company.split_at(9);
        let card = format!(
            "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=BIG5;ENCODING=QUOTED-PRINTABLE:{};{}\r\n\
             ORG;CHARSET=BIG5;ENCODING=QUOTED-PRINTABLE:{first}=\r\n{second}\r\nTEL;WORK;VOICE:07-2345678\r\n\
             PHOTO;ENCODING=BASE64;TYPE=JPEG:\r\n /9j/4AAQ\r\n\r\nEND:VCARD\r\n",
            quoted("陳"),
            quoted("大文"),
        );
        assert_eq!(row(card.as_bytes())[..4], ["鼎盛五金", "陳大文", "", "07-2345678"]);
    }

    #[test]
    fn a_card_within_a_card_is_not_taken_for_one() {
        let card = "BEGIN:VCARD\nFN:主管\nAGENT:\nBEGIN:VCARD\nFN:秘書\nEND:VCARD\nORG:鼎盛\nEND:VCARD\n";
        assert_eq!(row(card.as_bytes())[..2], ["鼎盛", "主管"]);
    }
}
