//! Entries in words. They keep the names that they were made with.

use domain::{
    edit::{Edit, FieldName},
    kind::Kind,
    mutation::Action,
    record::Record,
};
use sync::device::Pending;

use crate::{
    data::Data,
    i18n::{
        Locale,
        fields::{channel_name, field_name},
        t,
    },
    platform::intl::{self, Style},
};

/// What an entry does, in one line.
pub(super) fn entry(locale: Locale, data: Data, pending: &Pending) -> String {
    action(locale, data, &pending.entry.name, &pending.entry.about, pending.action().as_ref())
}

/// What an action does, in one line; none of a later build has words here.
pub(in crate::features) fn action(
    locale: Locale,
    data: Data,
    name: &str,
    about: &str,
    action: Option<&Action>,
) -> String {
    let day = |day: chrono::NaiveDate| intl::plain_date(locale, &day.to_string(), Style::DayOfYear);
    let Some(action) = action else { return t::outbox::unknown_entry(locale, name) };
    match action {
        Action::CustomerCreate(create) => t::outbox::customer_create(locale, &create.customer.name),
        Action::CustomerEnter(enter) => t::outbox::customer_create(locale, &enter.customer.name),
        Action::CustomerEdit(edit) => t::outbox::customer_edit(locale, about, &fields(locale, data, &edit.0)),
        Action::CustomerBin(bin) if bin.binned => t::outbox::customer_bin(locale, about),
        Action::CustomerBin(_) => t::outbox::customer_restore(locale, about),
        Action::CustomerShare(share) if share.right.is_some() => {
            t::outbox::customer_share(locale, about, &data.user_name(share.user))
        }
        Action::CustomerShare(share) => t::outbox::customer_unshare(locale, about, &data.user_name(share.user)),
        Action::CustomerAssign(assign) => {
            let owner = assign.owner.map(|owner| data.user_name(owner));
            t::outbox::customer_assign(
                locale,
                about,
                &owner.unwrap_or_else(|| t::customers::no_owner(locale).to_owned()),
            )
        }
        Action::CustomerMerge(merge) => t::outbox::customer_merge(locale, about, &data.customer_name(merge.survivor)),
        Action::CustomersDistinct(pair) if pair.distinct => {
            t::outbox::customers_distinct(locale, about, &data.customer_name(pair.other))
        }
        Action::CustomersDistinct(pair) => {
            t::outbox::customers_not_distinct(locale, about, &data.customer_name(pair.other))
        }
        Action::ContactCreate(create) => t::outbox::contact_create(locale, &create.contact.name, about),
        Action::ContactEdit(edit) => t::outbox::contact_edit(locale, about, &fields(locale, data, &edit.0)),
        Action::ContactBin(bin) if bin.binned => t::outbox::contact_bin(locale, about),
        Action::ContactBin(_) => t::outbox::contact_restore(locale, about),
        Action::ContactRecordAdd(add) => {
            t::outbox::contact_record_add(locale, about, channel_name(add.record.channel)(locale))
        }
        Action::ContactRecordEdit(_) => t::outbox::contact_record_edit(locale, about),
        Action::ContactRecordBin(bin) if bin.binned => t::outbox::contact_record_bin(locale, about),
        Action::ContactRecordBin(_) => t::outbox::contact_record_restore(locale, about),
        Action::ListViewAdd(add) => t::outbox::list_view_add(locale, &add.view.name),
        Action::ListViewEdit(_) => t::outbox::list_view_edit(locale, about),
        Action::ListViewBin(bin) if bin.binned => t::outbox::list_view_bin(locale, about),
        Action::ListViewBin(_) => t::outbox::list_view_restore(locale, about),
        Action::NextActionAdd(add) => t::outbox::next_action_add(locale, about, &day(add.action.due)),
        Action::NextActionEdit(edit) => match due(&edit.0).map(day) {
            Some(due) => t::outbox::next_action_postpone(locale, about, &due),
            None => t::outbox::next_action_edit(locale, about),
        },
        Action::NextActionFinish(finish) if finish.done => t::outbox::next_action_finish(locale, about),
        Action::NextActionFinish(_) => t::outbox::next_action_reopen(locale, about),
        Action::ConflictResolve(_) => t::outbox::conflict_resolve(locale, about, t::outbox::conflicts(locale)),
        Action::OrganisationEdit(edit) => t::outbox::organisation_edit(locale, &fields(locale, data, &edit.0)),
        Action::DepartmentCreate(create) => t::outbox::department_create(locale, &create.department.name),
        Action::DepartmentPlace(place) => t::outbox::department_place(locale, &place.name),
        Action::UserCreate(create) => t::outbox::user_create(locale, &create.user.name),
        Action::UserPlace(place) => t::outbox::user_place(locale, &place.name),
        Action::OwnFieldCreate(create) => t::outbox::own_field_create(locale, &create.field.label),
        Action::OwnFieldEdit(_) => t::outbox::own_field_edit(locale, about),
        Action::QuarantineAccept(_) => t::outbox::quarantine_accept(locale).to_owned(),
        Action::ExportNote(note) => t::outbox::export_note(locale, u64::from(note.rows)),
        Action::AttachmentAdd(add) => t::outbox::attachment_add(locale, about, &add.attachment.name),
        Action::AttachmentBin(bin) if bin.binned => t::outbox::attachment_bin(locale, about),
        Action::AttachmentBin(_) => t::outbox::attachment_restore(locale, about),
        Action::OrganisationSetUp(_)
        | Action::CustomerSharesExpire(_)
        | Action::CustomerPurge(_)
        | Action::RecordPurge(_)
        | Action::Void(_) => t::outbox::unknown_entry(locale, name),
    }
}

/// The changed fields of an edit.
fn fields<R: Record>(locale: Locale, data: Data, edit: &Edit<R>) -> String {
    let word = |name: &str| field_name(R::KIND, name).map_or(name, |key| key(locale)).to_owned();
    let fields = edit.fields.iter().map(|edit| match &edit.field {
        FieldName::Name(name) => word(name),
        FieldName::Own(id) => data.own_label(*id).unwrap_or_else(|| t::own_fields::title(locale).to_owned()),
    });
    let sets = edit.sets.iter().map(|edit| word(&edit.field));
    intl::list(locale, &fields.chain(sets).collect::<Vec<_>>())
}

/// The day to which an edit moves a next action, if it does nothing else.
fn due<R: Record>(edit: &Edit<R>) -> Option<chrono::NaiveDate> {
    let [only] = edit.fields.as_slice() else { return None };
    let moved = edit.sets.is_empty() && only.field == FieldName::Name("due".to_owned());
    only.to.as_str().filter(|_| moved)?.parse().ok()
}

/// What an action writes down, as its author wrote it.
pub(in crate::features) fn text_of(action: &Action) -> Option<&str> {
    let text = match action {
        Action::ContactRecordAdd(add) => &add.record.text,
        Action::NextActionAdd(add) => &add.action.what,
        Action::CustomerCreate(create) => &create.customer.remark,
        _ => return None,
    };
    (!text.is_empty()).then_some(text.as_str())
}

/// The kind that an entry is about, for the names of its fields.
pub(in crate::features) fn kind(action: &Action) -> Kind {
    match action {
        Action::ContactCreate(_) | Action::ContactEdit(_) | Action::ContactBin(_) => Kind::Contact,
        Action::ContactRecordAdd(_) | Action::ContactRecordEdit(_) | Action::ContactRecordBin(_) => Kind::ContactRecord,
        Action::ListViewAdd(_) | Action::ListViewEdit(_) | Action::ListViewBin(_) => Kind::ListView,
        Action::CustomersDistinct(_) => Kind::Distinct,
        Action::NextActionAdd(_) | Action::NextActionEdit(_) | Action::NextActionFinish(_) => Kind::NextAction,
        Action::ConflictResolve(_) => Kind::Conflict,
        Action::AttachmentAdd(_) | Action::AttachmentBin(_) => Kind::Attachment,
        Action::DepartmentCreate(_) | Action::DepartmentPlace(_) => Kind::Department,
        Action::UserCreate(_) | Action::UserPlace(_) => Kind::User,
        Action::OrganisationSetUp(_) | Action::OrganisationEdit(_) => Kind::Organisation,
        Action::OwnFieldCreate(_) | Action::OwnFieldEdit(_) => Kind::OwnField,
        _ => Kind::Customer,
    }
}

/// Where an entry is corrected; none for those that hold nothing to correct.
pub(super) fn form(data: Data, pending: &Pending) -> Option<String> {
    let place = match pending.action()? {
        Action::CustomerCreate(_) | Action::CustomerEnter(_) => "/customers/new".to_owned(),
        Action::CustomerEdit(edit) => format!("/customers/{}/edit", edit.0.id),
        Action::ContactCreate(create) => format!("/customers/{}/contacts/new", create.contact.customer),
        Action::ContactEdit(edit) => {
            let key = domain::kind::RecordKey::new(Kind::Contact, edit.0.id.uuid());
            let shown = data.with(|store| store.shown(key))?;
            format!("/customers/{}/contacts/{}", shown.summary.parents.first()?.id, edit.0.id)
        }
        Action::ContactRecordAdd(add) => format!("/customers/{}/record", add.record.customer),
        Action::ContactRecordEdit(edit) => {
            let key = domain::kind::RecordKey::new(Kind::ContactRecord, edit.0.id.uuid());
            let shown = data.with(|store| store.shown(key))?;
            format!("/customers/{}/records/{}", shown.summary.parents.first()?.id, edit.0.id)
        }
        Action::OwnFieldCreate(create) => format!("/own-fields/new?on={}", create.field.on),
        Action::OwnFieldEdit(edit) => format!("/own-fields/{}", edit.0.id),
        Action::NextActionAdd(add) => format!("/customers/{}/next-action", add.action.customer),
        _ => return None,
    };
    let mark = if place.contains('?') { '&' } else { '?' };
    Some(format!("{place}{mark}instead={}", pending.entry.id))
}
