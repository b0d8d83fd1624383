//! Every address of the interface.

use leptos::prelude::*;
use leptos_router::{
    components::{ParentRoute, Route, Router, Routes},
    path,
};

use crate::features::{
    calendar::CalendarPage,
    contact_records::{ContactRecordEditPage, ContactRecordPage},
    contacts::{ContactEditPage, ContactNewPage},
    customers::{ChooseCustomer, CustomerBinPage, CustomerEditPage, CustomerNewPage, CustomerPage, CustomersPage},
    day_reports::ReportsPage,
    duplicates::{CustomerMergePage, DuplicatesPage},
    export::ExportPage,
    handover::HandoverPage,
    history::HistoryPage,
    import::ImportPage,
    next_actions::{NextActionEditPage, NextActionPage},
    not_found::NotFoundPage,
    opportunities::{OpportunitiesPage, OpportunityEditPage, OpportunityNewPage, OpportunityPage},
    outbox::OutboxPage,
    own_fields::{OwnFieldNewPage, OwnFieldPage, OwnFieldsPage},
    people::{
        ChoosePerson, DepartmentNewPage, DepartmentPage, PeoplePage, PersonEditPage, PersonNewPage, PersonPage,
        QuarantinePage,
    },
    pipelines::{PipelineNewPage, PipelinePage, PipelinesPage},
    pools::{PoolNewPage, PoolSettingsPage, PoolsPage},
    session::{Gated, JoinPage, SignInPage},
    settings::SettingsPage,
    today::TodayPage,
    visits::{CheckInPage, VisitPage, VisitsPage},
};

/// The pages by address. Each one opens offline from the shell.
#[component]
pub fn AppRoutes() -> impl IntoView {
    view! {
        <Router>
            <Routes fallback=NotFoundPage>
                <Route path=path!("/sign-in") view=SignInPage/>
                <Route path=path!("/join") view=JoinPage/>
                <ParentRoute path=path!("") view=Gated>
                    <Route path=path!("/") view=TodayPage/>
                    <ParentRoute path=path!("/customers") view=CustomersPage>
                        <Route path=path!("") view=ChooseCustomer/>
                        <Route path=path!("new") view=CustomerNewPage/>
                        <Route path=path!("bin") view=CustomerBinPage/>
                        <Route path=path!(":id") view=CustomerPage/>
                        <Route path=path!(":id/edit") view=CustomerEditPage/>
                        <Route path=path!(":id/merge/:other") view=CustomerMergePage/>
                        <Route path=path!(":id/record") view=ContactRecordPage/>
                        <Route path=path!(":id/records/:record") view=ContactRecordEditPage/>
                        <Route path=path!(":id/next-action") view=NextActionPage/>
                        <Route path=path!(":id/next-actions/:action") view=NextActionEditPage/>
                        <Route path=path!(":id/check-in") view=CheckInPage/>
                        <Route path=path!(":id/visit/:record") view=VisitPage/>
                        <Route path=path!(":id/history/:kind/:record") view=HistoryPage/>
                        <Route path=path!(":id/contacts/new") view=ContactNewPage/>
                        <Route path=path!(":id/contacts/:contact") view=ContactEditPage/>
                    </ParentRoute>
                    <ParentRoute path=path!("/people") view=PeoplePage>
                        <Route path=path!("") view=ChoosePerson/>
                        <Route path=path!("new") view=PersonNewPage/>
                        <Route path=path!("quarantine") view=QuarantinePage/>
                        <Route path=path!("departments/new") view=DepartmentNewPage/>
                        <Route path=path!("departments/:id") view=DepartmentPage/>
                        <Route path=path!(":id") view=PersonPage/>
                        <Route path=path!(":id/edit") view=PersonEditPage/>
                        <Route path=path!(":id/handover") view=HandoverPage/>
                    </ParentRoute>
                    <Route path=path!("/duplicates") view=DuplicatesPage/>
                    <Route path=path!("/outbox") view=OutboxPage/>
                    <Route path=path!("/import") view=ImportPage/>
                    <Route path=path!("/export") view=ExportPage/>
                    <Route path=path!("/settings") view=SettingsPage/>
                    <Route path=path!("/own-fields") view=OwnFieldsPage/>
                    <Route path=path!("/own-fields/new") view=OwnFieldNewPage/>
                    <Route path=path!("/own-fields/:id") view=OwnFieldPage/>
                    <Route path=path!("/pools") view=PoolsPage/>
                    <Route path=path!("/pools/new") view=PoolNewPage/>
                    <Route path=path!("/pools/:id") view=PoolSettingsPage/>
                    <Route path=path!("/calendar") view=CalendarPage/>
                    <Route path=path!("/visits") view=VisitsPage/>
                    <Route path=path!("/reports") view=ReportsPage/>
                    <Route path=path!("/opportunities") view=OpportunitiesPage/>
                    <Route path=path!("/opportunities/new") view=OpportunityNewPage/>
                    <Route path=path!("/opportunities/:id") view=OpportunityPage/>
                    <Route path=path!("/opportunities/:id/edit") view=OpportunityEditPage/>
                    <Route path=path!("/pipelines") view=PipelinesPage/>
                    <Route path=path!("/pipelines/new") view=PipelineNewPage/>
                    <Route path=path!("/pipelines/:id") view=PipelinePage/>
                </ParentRoute>
            </Routes>
        </Router>
    }
}
