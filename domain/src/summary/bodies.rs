//! Of a body, what its line shows: read without the rest, and borrowed.

use std::borrow::Cow;

use serde::Deserialize;
use uuid::Uuid;

use crate::{kind::RecordKey, own::OwnFields};

#[derive(Deserialize)]
pub(super) struct CustomerBody<'a> {
    pub(super) id: Uuid,
    #[serde(borrow)]
    pub(super) name: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(super) short_name: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(super) aliases: Vec<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) tax_id: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) region: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(super) phones: Vec<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) email: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) province: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(super) city: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(super) district: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(super) address: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(super) level: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(super) source: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(super) tags: Vec<Cow<'a, str>>,
    #[serde(default)]
    pub(super) owner: Option<Uuid>,
    #[serde(default)]
    pub(super) deleted_at: Option<i64>,
    #[serde(default)]
    pub(super) merged_into: Option<Uuid>,
    #[serde(default)]
    pub(super) own: OwnFields,
    #[serde(borrow, default)]
    pub(super) position: Option<Cow<'a, str>>,
    #[serde(default)]
    pub(super) visit_every: Option<u16>,
    #[serde(borrow, default)]
    pub(super) received_on: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) locked_until: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) recycle_since: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) pool: Option<Cow<'a, str>>,
    #[serde(default)]
    pub(super) changed_at: Option<i64>,
}

#[derive(Deserialize)]
pub(super) struct ContactBody<'a> {
    pub(super) customer: Uuid,
    #[serde(borrow)]
    pub(super) name: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(super) title: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(super) phones: Vec<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) birthday: Option<Cow<'a, str>>,
    #[serde(default)]
    pub(super) deleted_at: Option<i64>,
    #[serde(default)]
    pub(super) own: OwnFields,
}

#[derive(Deserialize)]
pub(super) struct ContactRecordBody<'a> {
    pub(super) customer: Uuid,
    pub(super) happened_at: i64,
    pub(super) author: Uuid,
    #[serde(borrow)]
    pub(super) channel: Cow<'a, str>,
    #[serde(default)]
    pub(super) check_in: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    pub(super) left_at: Option<i64>,
    #[serde(default)]
    pub(super) deleted_at: Option<i64>,
}

#[derive(Deserialize)]
pub(super) struct NextActionBody<'a> {
    pub(super) customer: Uuid,
    #[serde(borrow)]
    pub(super) due: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(super) time: Option<Cow<'a, str>>,
    #[serde(borrow)]
    pub(super) what: Cow<'a, str>,
    pub(super) assignee: Uuid,
    #[serde(default)]
    pub(super) done: Option<serde::de::IgnoredAny>,
    #[serde(default)]
    pub(super) deleted_at: Option<i64>,
}

#[derive(Deserialize)]
pub(super) struct OwnFieldBody<'a> {
    #[serde(borrow)]
    pub(super) label: Cow<'a, str>,
}

#[derive(Deserialize)]
pub(super) struct AttachmentBody {
    pub(super) customer: Uuid,
    pub(super) on: RecordKey,
    pub(super) added_at: i64,
    #[serde(default)]
    pub(super) deleted_at: Option<i64>,
}

#[derive(Deserialize)]
pub(super) struct ListViewBody<'a> {
    #[serde(borrow)]
    pub(super) name: Cow<'a, str>,
    #[serde(default)]
    pub(super) deleted_at: Option<i64>,
}

#[derive(Deserialize)]
pub(super) struct DistinctBody {
    pub(super) one: Uuid,
    pub(super) other: Uuid,
    #[serde(default)]
    pub(super) deleted_at: Option<i64>,
}

#[derive(Deserialize)]
pub(super) struct PoolCardBody<'a> {
    pub(super) pool: Uuid,
    #[serde(borrow)]
    pub(super) name: Cow<'a, str>,
    #[serde(borrow, default)]
    pub(super) shown: std::collections::BTreeMap<Cow<'a, str>, Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) since: Option<Cow<'a, str>>,
    #[serde(default)]
    pub(super) claimed_by: Option<Uuid>,
}

#[derive(Deserialize)]
pub(super) struct NamedBody<'a> {
    #[serde(borrow)]
    pub(super) name: Cow<'a, str>,
    #[serde(default)]
    pub(super) parent: Option<Uuid>,
    #[serde(default)]
    pub(super) department: Option<Uuid>,
}
