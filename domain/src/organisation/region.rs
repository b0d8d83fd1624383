//! Regions: whose business conventions a company follows.

use serde::{Deserialize, Serialize};

use crate::value::Currency;

/// A region, by its ISO 3166-1 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum Region {
    Tw,
    Cn,
    Hk,
}

impl Region {
    /// Every region.
    pub const ALL: [Region; 3] = [Region::Tw, Region::Cn, Region::Hk];

    /// Returns the ISO 3166-1 code.
    pub const fn code(self) -> &'static str {
        match self {
            Region::Tw => "TW",
            Region::Cn => "CN",
            Region::Hk => "HK",
        }
    }

    /// Finds the region of a code.
    pub fn parse(code: &str) -> Option<Region> {
        Region::ALL.into_iter().find(|region| region.code() == code)
    }

    /// Returns the language in which its companies write, as BCP 47.
    pub const fn language(self) -> &'static str {
        match self {
            Region::Tw | Region::Hk => "zh-Hant",
            Region::Cn => "zh-Hans",
        }
    }

    /// Returns the currency in which its companies keep their books.
    pub const fn currency(self) -> Currency {
        match self {
            Region::Tw => Currency::Twd,
            Region::Cn => Currency::Cny,
            Region::Hk => Currency::Hkd,
        }
    }

    /// Returns its time zone, by its IANA name.
    pub const fn time_zone(self) -> &'static str {
        match self {
            Region::Tw => "Asia/Taipei",
            Region::Cn => "Asia/Shanghai",
            Region::Hk => "Asia/Hong_Kong",
        }
    }
}
