//! Whose a customer is, as far as the company tells those who do not see it.

use serde::{Deserialize, Serialize};

/// How much somebody who does not see a customer learns of its owner.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Tells {
    /// Only that there is one.
    Nothing,
    Department,
    /// The department and the family name: 業務二部 · 陳○.
    #[default]
    FamilyName,
    /// The department and the whole name.
    Name,
}

impl Tells {
    /// Every way, the least first.
    pub const ALL: [Tells; 4] = [Tells::Nothing, Tells::Department, Tells::FamilyName, Tells::Name];

    /// Returns the word on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Tells::Nothing => "nothing",
            Tells::Department => "department",
            Tells::FamilyName => "family_name",
            Tells::Name => "name",
        }
    }

    /// Returns how a person is called to somebody from elsewhere; empty where nobody is named.
    pub fn call(self, name: &str) -> String {
        match self {
            Tells::Nothing | Tells::Department => String::new(),
            Tells::FamilyName => family_name(name),
            Tells::Name => name.to_owned(),
        }
    }
}

/// Family names of two characters; any other has one.
const DOUBLE: [&str; 20] = [
    "歐陽", "欧阳", "司徒", "司馬", "司马", "上官", "諸葛", "诸葛", "夏侯", "皇甫", "尉遲", "尉迟", "公孫", "公孙",
    "慕容", "令狐", "宇文", "端木", "東方", "东方",
];

/// 陳美玲 as 陳○, Grace Chen as G. C.: known to colleagues, and no list of the staff.
fn family_name(name: &str) -> String {
    let name = name.trim();
    if name.chars().next().is_none_or(|first| first.is_ascii()) {
        let initials = name.split_whitespace().filter_map(|word| word.chars().next());
        return initials.map(|initial| format!("{initial}.")).collect::<Vec<_>>().join(" ");
    }
    let double = DOUBLE.iter().find(|double| name.starts_with(**double) && name.chars().count() > 2);
    let family = double.map_or_else(|| name.chars().take(1).collect(), |double| (*double).to_owned());
    format!("{family}○")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_colleague_is_known_by_the_family_name() {
        let told = |name: &str| Tells::FamilyName.call(name);
        assert_eq!(told("陳美玲"), "陳○");
        assert_eq!(told("歐陽娜"), "歐陽○");
        assert_eq!(told("Grace Chen"), "G. C.");
        assert_eq!(told(" "), "");
        assert_eq!(Tells::Department.call("陳美玲"), "");
        assert_eq!(Tells::Name.call("陳美玲"), "陳美玲");
    }
}
