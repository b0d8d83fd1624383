//! Whose a customer is that one does not see: the server's answer, as far as the company allows, and a word to those who
//! lead its owner.

use domain::duplicate::{NameKey, Reason, Signs};
use domain::value::TaxId;
use leptos::server;
use serde::{Deserialize, Serialize};

use super::{
    NoAnswer,
    protocol::{Json, Post},
};

/// Somebody who may be a customer already, as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wanted {
    #[serde(default)]
    pub names: Vec<String>,
    #[serde(default)]
    pub phones: Vec<String>,
    #[serde(default)]
    pub tax_id: String,
}

impl Wanted {
    /// So many names are looked at: one customer's, not a list.
    const NAMES_MOST: usize = 3;
    /// So many telephones.
    const PHONES_MOST: usize = 5;
    /// The most characters of a text that is looked at.
    const LENGTH_MOST: usize = 200;

    /// Returns as much of it as one question may hold.
    pub fn cut(self) -> Self {
        let cut = |text: String| text.chars().take(Self::LENGTH_MOST).collect();
        Self {
            names: self.names.into_iter().take(Self::NAMES_MOST).map(cut).collect(),
            phones: self.phones.into_iter().take(Self::PHONES_MOST).map(cut).collect(),
            tax_id: cut(self.tax_id),
        }
    }

    /// Returns what tells them from others. A name of one character tells nothing.
    pub fn signs(&self) -> Signs {
        let names = self.names.iter().filter(|name| name.trim().chars().count() >= 2);
        let signs = Signs {
            names: names.map(|name| NameKey::of(name)).collect(),
            tax_id: TaxId::parse(&self.tax_id).ok().map(|id| id.as_str().to_owned()),
            ..Signs::default()
        };
        signs.with_phones(self.phones.iter().map(String::as_str))
    }

    /// Returns what was typed, one a line.
    pub fn words(&self) -> String {
        let all = self.names.iter().chain(&self.phones).chain([&self.tax_id]);
        all.map(|text| text.trim()).filter(|text| !text.is_empty()).collect::<Vec<_>>().join("\n")
    }
}

/// A customer whom the person does not see.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stranger {
    /// The owner's department; none where the company does not tell, or there is none.
    #[serde(default)]
    pub department: Option<String>,
    /// What the owner is called; none where the company does not tell.
    #[serde(default)]
    pub owner: Option<String>,
    /// It has no owner.
    #[serde(default)]
    pub free: bool,
    /// The strongest first.
    #[serde(default)]
    pub reasons: Vec<Reason>,
}

/// What the server knows.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Strangers {
    /// The likeliest first.
    pub found: Vec<Stranger>,
    /// The name or a number belongs to so many that it says nothing.
    #[serde(default)]
    pub too_many: bool,
}

/// The server's part.
#[cfg(feature = "ssr")]
#[async_trait::async_trait]
pub trait Desk: Send + Sync {
    /// Tells whose they are.
    async fn strangers(&self, request: AskStrangers) -> Result<Strangers, NoAnswer>;
    /// Tells those who lead their owners that somebody wants them; returns how many customers it was about.
    async fn want_stranger(&self, request: WantStranger) -> Result<u32, NoAnswer>;
}

/// Asks whose customer somebody is. It is limited and noted.
#[server(name = AskStrangers, prefix = "/api/v1", endpoint = "strangers", protocol = Json<Post>)]
pub async fn strangers(wanted: Wanted) -> Result<Strangers, NoAnswer> {
    super::desk::desk().strangers(AskStrangers { wanted }).await
}

/// Asks those who lead the owner. It is limited and noted.
#[server(name = WantStranger, prefix = "/api/v1", endpoint = "strangers/want", protocol = Json<Post>)]
pub async fn want_stranger(wanted: Wanted) -> Result<u32, NoAnswer> {
    super::desk::desk().want_stranger(WantStranger { wanted }).await
}
