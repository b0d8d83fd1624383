//! Which customers a list shows and in which order; the address of the list says it, so that a view can be kept.

use super::CustomerId;
use crate::{
    own::{OwnFilter, read_filter, write_filter},
    stamp::created_at,
    summary::customer_field,
    user::UserId,
};

const DAY_MS: i64 = 24 * 3600 * 1000;
/// The longest silence that can be asked for; days.
const SILENT_MOST: u16 = 3650;

/// Whose customers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OwnedBy {
    Nobody,
    User(UserId),
}

/// What the list is ordered by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CustomerSort {
    #[default]
    Name,
    /// The longest silence first; who was never contacted comes before all.
    LastContact,
    /// The newest first.
    Created,
    /// The one changed last first.
    Changed,
}

impl CustomerSort {
    /// Every order.
    pub const ALL: [CustomerSort; 4] = [Self::Name, Self::LastContact, Self::Created, Self::Changed];

    /// Returns the word in the address.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::LastContact => "last_contact",
            Self::Created => "created",
            Self::Changed => "changed",
        }
    }
}

/// What a list asks for; an empty word asks for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CustomerFilter {
    pub owner: Option<OwnedBy>,
    pub level: String,
    pub tag: String,
    pub region: String,
    pub source: String,
    /// No contact for so many days, or never.
    pub silent_days: Option<u16>,
    /// What the company's own fields hold.
    pub own: OwnFilter,
    pub sort: CustomerSort,
}

impl CustomerFilter {
    /// Reads what an address says; what is not understood asks for nothing.
    pub fn read<'a>(get: impl Fn(&str) -> Option<&'a str>) -> Self {
        let word = |name: &str| get(name).map(str::to_owned).unwrap_or_default();
        let owner = get("owner").and_then(|owner| match owner {
            "none" => Some(OwnedBy::Nobody),
            id => uuid::Uuid::try_parse(id).ok().map(|id| OwnedBy::User(id.into())),
        });
        let sort = get("sort").and_then(|name| CustomerSort::ALL.into_iter().find(|sort| sort.name() == name));
        let silent_days = get("silent").and_then(|days| days.parse().ok());
        Self {
            owner,
            level: word("level"),
            tag: word("tag"),
            region: word("region"),
            source: word("source"),
            silent_days: silent_days.filter(|days| (1..=SILENT_MOST).contains(days)),
            own: get("own").map(read_filter).unwrap_or_default(),
            sort: sort.unwrap_or_default(),
        }
    }

    /// Returns what the address says, in a fixed order.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let owner = self.owner.map(|owner| match owner {
            OwnedBy::Nobody => "none".to_owned(),
            OwnedBy::User(user) => user.to_string(),
        });
        let sort = (self.sort != CustomerSort::Name).then(|| self.sort.name().to_owned());
        let all = [
            ("owner", owner.unwrap_or_default()),
            ("level", self.level.clone()),
            ("tag", self.tag.clone()),
            ("region", self.region.clone()),
            ("source", self.source.clone()),
            ("silent", self.silent_days.map(|days| days.to_string()).unwrap_or_default()),
            ("own", write_filter(&self.own)),
            ("sort", sort.unwrap_or_default()),
        ];
        all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    /// Counts what it asks for, the order apart.
    pub fn count(&self) -> usize {
        let named = self.pairs().iter().filter(|(name, _)| !matches!(*name, "sort" | "own")).count();
        named + self.own.len()
    }

    /// Says whether last contacts have to be known.
    pub fn asks_for_contacts(&self) -> bool {
        self.silent_days.is_some() || self.sort == CustomerSort::LastContact
    }

    /// Says whether a customer is asked for, by its shown fields. `last_contact` and `now` are ms UTC.
    pub fn holds<'a>(&self, field: impl Fn(usize) -> &'a str, last_contact: Option<i64>, now: i64) -> bool {
        let is = |wanted: &str, place: usize| wanted.is_empty() || field(place) == wanted;
        let owner = match self.owner {
            None => true,
            Some(OwnedBy::Nobody) => field(customer_field::OWNER).is_empty(),
            Some(OwnedBy::User(user)) => field(customer_field::OWNER) == user.to_string(),
        };
        let silent = self.silent_days.is_none_or(|days| {
            // Being entered is no contact.
            last_contact.is_none_or(|last| now - last >= i64::from(days) * DAY_MS)
        });
        owner
            && silent
            && is(&self.level, customer_field::LEVEL)
            && is(&self.region, customer_field::REGION)
            && is(&self.source, customer_field::SOURCE)
            && self.own.iter().all(|(id, asked)| asked.holds(*id, field(customer_field::OWN)))
            && (self.tag.is_empty() || field(customer_field::TAGS).split('\n').any(|tag| tag == self.tag))
    }

    /// Returns what a customer is ordered by where that is not its name: the smallest comes first.
    pub fn rank<'a>(&self, id: CustomerId, field: impl Fn(usize) -> &'a str, last_contact: Option<i64>) -> i64 {
        match self.sort {
            CustomerSort::Name => 0,
            CustomerSort::LastContact => last_contact.unwrap_or(i64::MIN),
            CustomerSort::Created => -created_at(id.uuid()).unwrap_or_default(),
            CustomerSort::Changed => -field(customer_field::CHANGED_AT).parse::<i64>().unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        id::{Id, uuid_v7},
        own::OwnAsked,
    };

    const OWNER: u128 = 7;
    /// More than the customer's number, though its text sorts below.
    const OTHER: &str = "00000000-0000-0000-0000-000000000009:100..";

    /// A customer's shown fields.
    fn field(place: usize) -> &'static str {
        match place {
            customer_field::LEVEL => "A",
            customer_field::TAGS => "展會\n急",
            customer_field::REGION => "南區",
            customer_field::SOURCE => "介紹",
            customer_field::OWN => {
                "00000000-0000-0000-0000-000000000008 甲\n00000000-0000-0000-0000-000000000008 乙\n\
                 00000000-0000-0000-0000-000000000009 12.5"
            }
            customer_field::OWNER => "00000000-0000-0000-0000-000000000007",
            _ => "",
        }
    }

    fn read(pairs: &[(&str, &str)]) -> CustomerFilter {
        CustomerFilter::read(|name| pairs.iter().find(|(known, _)| *known == name).map(|(_, value)| *value))
    }

    #[test]
    fn an_address_says_all_of_it_and_nonsense_asks_for_nothing() {
        let owner = Id::<crate::user::User>::new(uuid::Uuid::from_u128(OWNER));
        let filter = CustomerFilter {
            owner: Some(OwnedBy::User(owner)),
            level: "A".into(),
            tag: "急".into(),
            region: "南區".into(),
            source: "介紹".into(),
            silent_days: Some(30),
            own: [
                (uuid::Uuid::from_u128(8), OwnAsked::Is("甲".into())),
                (uuid::Uuid::from_u128(9), OwnAsked::Between("2".into(), String::new())),
            ]
            .into(),
            sort: CustomerSort::LastContact,
        };
        let pairs = filter.pairs();
        let pairs: Vec<(&str, &str)> = pairs.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!((read(&pairs), filter.count()), (filter, 8));
        assert_eq!(read(&[("owner", "x"), ("silent", "0"), ("sort", "?"), ("view", "1")]), CustomerFilter::default());
    }

    #[test]
    fn everything_asked_for_has_to_hold() {
        let holds = |pairs: &[(&str, &str)]| read(pairs).holds(field, None, 0);
        for yes in [
            &[][..],
            &[("level", "A"), ("tag", "急"), ("region", "南區"), ("source", "介紹")],
            &[("owner", "00000000-0000-0000-0000-000000000007")],
            &[("own", "00000000-0000-0000-0000-000000000008=乙\n00000000-0000-0000-0000-000000000009:2..12.5")],
        ] {
            assert!(holds(yes), "{yes:?}");
        }
        for no in [&[("level", "B")][..], &[("tag", "展"), ("level", "A")], &[("owner", "none")], &[("own", OTHER)]] {
            assert!(!holds(no), "{no:?}");
        }
    }

    #[test]
    fn silence_is_counted_from_the_last_contact_and_who_was_never_contacted_is_silent() {
        let filter = read(&[("silent", "30")]);
        let holds = |last| filter.holds(field, last, 40 * DAY_MS);
        assert_eq!([None, Some(10 * DAY_MS), Some(10 * DAY_MS + 1)].map(holds), [true, true, false]);
    }

    #[test]
    fn the_longest_silence_and_the_newest_come_first() {
        let filter = read(&[("sort", "last_contact")]);
        let id = |ms| CustomerId::new(uuid_v7(ms, [0; 10]));
        let changed = |at: &'static str| move |place| if place == customer_field::CHANGED_AT { at } else { "" };
        assert!(filter.rank(id(1), field, None) < filter.rank(id(1), field, Some(5)));
        assert!(filter.rank(id(1), field, Some(5)) < filter.rank(id(1), field, Some(6)));
        let filter = read(&[("sort", "created")]);
        assert!(filter.rank(id(2_000), field, None) < filter.rank(id(1_000), field, None));
        let filter = read(&[("sort", "changed")]);
        assert!(filter.rank(id(1), changed("20"), None) < filter.rank(id(2), changed("10"), None));
    }
}
