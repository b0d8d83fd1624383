//! Entries in words. They keep the names that they were made with.

use domain::{
    day_report::Part,
    edit::{Edit, FieldName},
    exchange::Access,
    kind::Kind,
    mutation::Action,
    opportunity::Step,
    record::Record,
    refusal::Refusal,
};
use sync::device::Pending;

use crate::{
    data::Data,
    i18n::{
        Locale,
        fields::{channel_name, field_name},
        refusals, t,
    },
    platform::intl::{self, Style},
};

/// What an entry does, in one line.
pub(super) fn entry(locale: Locale, data: Data, pending: &Pending) -> String {
    action(locale, data, &pending.entry.name, &pending.entry.about, pending.action().as_ref())
}

/// Why an entry was refused. Who was first is called by name.
pub(in crate::features) fn refused(locale: Locale, data: Data, kind: Kind, refusal: &Refusal) -> String {
    match refusal {
        Refusal::Claimed { by, at } if !data.user_name(*by).is_empty() => {
            t::errors::claimed_by(locale, &data.user_name(*by), &intl::moment(locale, *at, data.now()))
        }
        Refusal::CoolingOff { until } => {
            t::errors::cooling_off(locale, &intl::plain_date(locale, &until.to_string(), Style::DayOfYear))
        }
        _ => refusals::refusal(locale, kind, &data.labelled_refusal(refusal)),
    }
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
        Action::CustomerUnmerge(part) => t::outbox::customer_unmerge(locale, about, &data.customer_name(part.survivor)),
        Action::CustomersDistinct(pair) if pair.distinct => {
            t::outbox::customers_distinct(locale, about, &data.customer_name(pair.other))
        }
        Action::FingerprintsSwitch(switch) if switch.on => t::outbox::fingerprints_on(locale).to_owned(),
        Action::FingerprintsSwitch(_) => t::outbox::fingerprints_off(locale).to_owned(),
        Action::FingerprintsTell(tell) => {
            let how = crate::features::duplicates::company::tells_name(tell.tells);
            t::outbox::fingerprints_tell(locale, how(locale))
        }
        Action::ClashSettle(settle) if settle.settled => t::outbox::clash_settle(locale, about),
        Action::ClashSettle(_) => t::outbox::clash_reopen(locale, about),
        Action::CustomersDistinct(pair) => {
            t::outbox::customers_not_distinct(locale, about, &data.customer_name(pair.other))
        }
        Action::ContactCreate(create) => t::outbox::contact_create(locale, &create.contact.name, about),
        Action::ContactEdit(edit) => t::outbox::contact_edit(locale, about, &fields(locale, data, &edit.0)),
        Action::ContactBin(bin) if bin.binned => t::outbox::contact_bin(locale, about),
        Action::ContactBin(_) => t::outbox::contact_restore(locale, about),
        Action::ContactRecordAdd(add) if add.record.check_in.is_some() => t::outbox::visit_check_in(locale, about),
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
        Action::NextActionBin(bin) if bin.binned => t::outbox::next_action_bin(locale, about),
        Action::NextActionBin(_) => t::outbox::next_action_restore(locale, about),
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
        Action::AccessNote(note) => match note.what {
            Access::Printed => t::outbox::access_printed(locale).to_owned(),
            Access::Opened => t::outbox::access_opened(locale, u64::from(note.count)),
        },
        Action::AttachmentAdd(add) => t::outbox::attachment_add(locale, about, &add.attachment.name),
        Action::AttachmentBin(bin) if bin.binned => t::outbox::attachment_bin(locale, about),
        Action::AttachmentBin(_) => t::outbox::attachment_restore(locale, about),
        Action::PoolCreate(create) => t::outbox::pool_create(locale, &create.pool.name),
        Action::PoolEdit(edit) => t::outbox::pool_edit(locale, &fields(locale, data, &edit.0), about),
        Action::CustomerClaim(_) => t::outbox::customer_claim(locale, about),
        Action::CustomerRelease(_) => t::outbox::customer_release(locale, about),
        Action::CustomerLock(lock) if lock.until.is_some() => t::outbox::customer_lock(locale, about),
        Action::CustomerLock(_) => t::outbox::customer_unlock(locale, about),
        Action::CustomerAskBack(_) => t::outbox::customer_ask_back(locale, about),
        Action::VisitAdd(add) => t::outbox::visit_add(locale, about, &day(add.visit.day)),
        Action::VisitPlace(place) => t::outbox::visit_place(locale, about, &day(place.day)),
        Action::VisitCancel(cancel) if cancel.reason.is_some() => t::outbox::visit_cancel(locale, about),
        Action::VisitCancel(_) => t::outbox::visit_put_back(locale, about),
        Action::VisitCheckOut(_) => t::outbox::visit_check_out(locale, about),
        Action::DayReportWrite(write) => match write.part {
            Part::Remark => t::outbox::day_remark(locale, &day(write.day)),
            Part::Comment => t::outbox::day_comment(locale, &day(write.day), &data.user_name(write.rep)),
        },
        Action::PipelineCreate(create) => t::outbox::pipeline_create(locale, &create.pipeline.name),
        Action::PipelineEdit(edit) => t::outbox::pipeline_edit(locale, &fields(locale, data, &edit.0), about),
        Action::OpportunityAdd(add) => t::outbox::opportunity_add(locale, &add.opportunity.name),
        Action::OpportunityEdit(edit) => t::outbox::opportunity_edit(locale, &fields(locale, data, &edit.0), about),
        Action::OpportunityMove(moved) => match moved.to {
            Step::Stage { stage } => {
                let stage = data.pipeline_word(locale, &stage.to_string()).unwrap_or_default();
                t::outbox::opportunity_move(locale, about, &stage)
            }
            Step::Won => t::outbox::opportunity_won(locale, about),
            Step::Lost { .. } => t::outbox::opportunity_lost(locale, about),
        },
        Action::OpportunityBin(bin) if bin.binned => t::outbox::opportunity_bin(locale, about),
        Action::OpportunityBin(_) => t::outbox::opportunity_restore(locale, about),
        Action::OrganisationSetUp(_)
        | Action::CustomerRecycle(_)
        | Action::CustomerSharesExpire(_)
        | Action::CustomerPurge(_)
        | Action::RecordPurge(_)
        | Action::FingerprintsFill(_)
        | Action::FingerprintsTend(_)
        | Action::ClashOpen(_)
        | Action::ClashNote(_)
        | Action::HandoverStart(_)
        | Action::HandoverGive(_)
        | Action::HandoverFinish(_)
        | Action::HandoverUndo(_)
        | Action::HandoverReturn(_)
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
        Action::CustomerClaim(claim) => &claim.note,
        Action::CustomerRelease(release) => &release.reason,
        Action::VisitAdd(add) => &add.visit.purpose,
        Action::VisitCheckOut(out) => &out.next.as_ref()?.what,
        Action::DayReportWrite(write) => &write.to,
        Action::CustomerCreate(create) => &create.customer.remark,
        Action::OpportunityAdd(add) => &add.opportunity.products,
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
        Action::FingerprintsSwitch(_) | Action::FingerprintsTell(_) => Kind::Fingerprints,
        Action::ClashSettle(_) => Kind::Clash,
        Action::PoolCreate(_) | Action::PoolEdit(_) => Kind::Pool,
        Action::CustomerRelease(_) | Action::CustomerAskBack(_) => Kind::Claim,
        Action::NextActionAdd(_)
        | Action::NextActionEdit(_)
        | Action::NextActionFinish(_)
        | Action::NextActionBin(_) => Kind::NextAction,
        Action::ConflictResolve(_) => Kind::Conflict,
        Action::VisitAdd(_) | Action::VisitPlace(_) | Action::VisitCancel(_) => Kind::Visit,
        Action::VisitCheckOut(_) => Kind::ContactRecord,
        Action::DayReportWrite(_) => Kind::DayReport,
        Action::PipelineCreate(_) | Action::PipelineEdit(_) => Kind::Pipeline,
        Action::OpportunityAdd(_)
        | Action::OpportunityEdit(_)
        | Action::OpportunityMove(_)
        | Action::OpportunityBin(_) => Kind::Opportunity,
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
        Action::NextActionEdit(edit) => {
            let key = domain::kind::RecordKey::new(Kind::NextAction, edit.0.id.uuid());
            let shown = data.with(|store| store.shown(key))?;
            format!("/customers/{}/next-actions/{}", shown.summary.parents.first()?.id, edit.0.id)
        }
        Action::OpportunityAdd(add) => format!("/opportunities/new?customer={}", add.opportunity.customer),
        Action::OpportunityEdit(edit) => format!("/opportunities/{}/edit", edit.0.id),
        // What the stage asks for is filled in, and it is moved.
        Action::OpportunityMove(moved) => {
            format!("/opportunities/{}/edit?to={}", moved.opportunity, moved.to.stage()?)
        }
        _ => return None,
    };
    let mark = if place.contains('?') { '&' } else { '?' };
    Some(format!("{place}{mark}instead={}", pending.entry.id))
}
