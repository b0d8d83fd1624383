use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{
    kind::Kind,
    own::{OwnField, OwnFieldId},
    search::fold,
};

/// Where a column of a file goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    #[default]
    Ignore,
    Name,
    ShortName,
    Aliases,
    TaxId,
    Industry,
    SalesRegion,
    Phone,
    Fax,
    Email,
    Website,
    Wechat,
    Line,
    Qq,
    /// Joined with city, region, postal code and country where these are not Chinese.
    Address,
    City,
    /// Province, state or county.
    Region,
    District,
    PostalCode,
    Country,
    Level,
    Source,
    Tags,
    Remark,
    /// A line of the remark that begins with the column's name.
    ToRemark,
    ContactName,
    ContactTitle,
    ContactPhone,
    ContactEmail,
    ContactWechat,
    ContactLine,
    ContactQq,
    /// A field that the company added to customers or contacts.
    Own(OwnFieldId),
}

impl Target {
    /// Every target but the company's own, in the order in which they are offered.
    pub const ALL: [Target; 32] = [
        Target::Ignore,
        Target::Name,
        Target::ShortName,
        Target::Aliases,
        Target::TaxId,
        Target::Industry,
        Target::SalesRegion,
        Target::Phone,
        Target::Fax,
        Target::Email,
        Target::Website,
        Target::Wechat,
        Target::Line,
        Target::Qq,
        Target::Address,
        Target::City,
        Target::Region,
        Target::District,
        Target::PostalCode,
        Target::Country,
        Target::Level,
        Target::Source,
        Target::Tags,
        Target::Remark,
        Target::ToRemark,
        Target::ContactName,
        Target::ContactTitle,
        Target::ContactPhone,
        Target::ContactEmail,
        Target::ContactWechat,
        Target::ContactLine,
        Target::ContactQq,
    ];

    /// Returns a stable name.
    pub fn name(self) -> Cow<'static, str> {
        let name = match self {
            Target::Own(id) => return id.to_string().into(),
            Target::Ignore => "ignore",
            Target::Name => "name",
            Target::ShortName => "short_name",
            Target::Aliases => "aliases",
            Target::TaxId => "tax_id",
            Target::Industry => "industry",
            Target::SalesRegion => "sales_region",
            Target::Phone => "phone",
            Target::Fax => "fax",
            Target::Email => "email",
            Target::Website => "website",
            Target::Wechat => "wechat",
            Target::Line => "line",
            Target::Qq => "qq",
            Target::Address => "address",
            Target::City => "city",
            Target::Region => "region",
            Target::District => "district",
            Target::PostalCode => "postal_code",
            Target::Country => "country",
            Target::Level => "level",
            Target::Source => "source",
            Target::Tags => "tags",
            Target::Remark => "remark",
            Target::ToRemark => "to_remark",
            Target::ContactName => "contact_name",
            Target::ContactTitle => "contact_title",
            Target::ContactPhone => "contact_phone",
            Target::ContactEmail => "contact_email",
            Target::ContactWechat => "contact_wechat",
            Target::ContactLine => "contact_line",
            Target::ContactQq => "contact_qq",
        };
        name.into()
    }

    /// Finds a target by its name.
    pub fn parse(name: &str) -> Option<Target> {
        let own = || Uuid::try_parse(name).ok().map(|id| Target::Own(id.into()));
        Target::ALL.into_iter().find(|target| target.name() == name).or_else(own)
    }

    /// Says whether several columns may go there.
    const fn takes_several(self) -> bool {
        matches!(self, Target::Ignore | Target::Aliases | Target::Phone | Target::Fax | Target::Tags | Target::ToRemark)
    }
}

/// Names of columns as other systems write them, folded and without blanks.
const NAMES: [(Target, &[&str]); 31] = [
    (
        Target::Name,
        &["name", "companyname", "company", "customername", "customer", "公司名称", "客户名称", "客户", "公司", "名称"],
    ),
    (Target::ShortName, &["shortname", "abbreviation", "简称", "客户简称"]),
    (Target::Aliases, &["alias", "aliases", "formername", "englishname", "别名", "曾用名", "英文名称", "英文名"]),
    (
        Target::TaxId,
        &["taxid", "vat", "vatnumber", "taxnumber", "统编", "统一编号", "税号", "纳税人识别号", "统一社会信用代码"],
    ),
    (Target::Industry, &["industry", "trade", "行业", "行业别", "产业"]),
    (Target::SalesRegion, &["salesregion", "territory", "业务区域", "销售区域", "区域"]),
    (
        Target::Phone,
        &["phone", "phones", "tel", "telephone", "mobile", "电话", "公司电话", "手机", "联系电话", "联络电话"],
    ),
    (Target::Fax, &["fax", "传真"]),
    (Target::Email, &["email", "mail", "邮箱", "电子邮件", "电邮", "信箱"]),
    (Target::Website, &["website", "web", "url", "homepage", "网址", "网站", "官网"]),
    (Target::Wechat, &["wechat", "weixin", "微信", "微信号"]),
    (Target::Line, &["line", "lineid"]),
    (Target::Qq, &["qq", "qq号"]),
    (Target::Address, &["address", "street", "addressline1", "地址", "公司地址"]),
    (Target::City, &["city", "town", "城市", "县市", "市"]),
    (Target::District, &["district", "county", "区县", "区", "乡镇市区", "乡镇区", "行政区"]),
    (Target::Region, &["region", "state", "province", "省", "省份", "地区", "州"]),
    (Target::PostalCode, &["postalcode", "zip", "zipcode", "postcode", "邮编", "邮政编码", "邮递区号"]),
    (Target::Country, &["country", "国家", "国别"]),
    (Target::Level, &["level", "grade", "rank", "等级", "级别", "客户等级"]),
    (Target::Source, &["source", "leadsource", "来源", "客户来源"]),
    (Target::Tags, &["tags", "tag", "labels", "标签"]),
    (Target::Remark, &["remark", "remarks", "note", "notes", "comment", "备注", "说明"]),
    (
        Target::ToRemark,
        &["customerid", "customercode", "supplierid", "suppliercode", "code", "id", "编号", "客户编号", "代码"],
    ),
    (Target::ContactName, &["contactname", "contact", "contactperson", "联系人", "联络人", "联系人姓名", "窗口"]),
    (Target::ContactTitle, &["contacttitle", "title", "jobtitle", "position", "职称", "职务", "职位"]),
    (Target::ContactPhone, &["contactphone", "contactmobile", "联系人电话", "联络人电话", "联系人手机"]),
    (Target::ContactEmail, &["contactemail", "联系人邮箱", "联络人信箱", "联系人电子邮件"]),
    (Target::ContactWechat, &["contactwechat", "联系人微信", "联络人微信"]),
    (Target::ContactLine, &["contactline", "联系人line", "联络人line"]),
    (Target::ContactQq, &["contactqq", "联系人qq", "联络人qq"]),
];

/// Returns what two spellings of a column's name have in common.
fn plain(text: &str) -> String {
    fold(text).replace([' ', '_', '-', '.', '*', ':', '：'], "")
}

/// Sends the columns that have no place yet to the company's own fields of that name, customers' before contacts'.
pub fn guess_own(header: &[String], targets: &mut [Target], own: &[OwnField]) {
    for (name, target) in header.iter().zip(0..) {
        if targets.get(target) != Some(&Target::Ignore) {
            continue;
        }
        let found = [Kind::Customer, Kind::Contact].into_iter().find_map(|kind| {
            let alike = |field: &&OwnField| field.on == kind && !field.retired && plain(&field.label) == plain(name);
            own.iter().filter(alike).map(|field| Target::Own(field.id)).find(|own| !targets.contains(own))
        });
        if let (Some(found), Some(target)) = (found, targets.get_mut(target)) {
            *target = found;
        }
    }
}

/// Guesses where each column goes by its name; where two would go to one place, the first does.
pub fn guess(header: &[String]) -> Vec<Target> {
    let mut taken = Vec::new();
    header
        .iter()
        .map(|name| {
            let name = plain(name);
            let found = NAMES.iter().find(|(_, names)| names.iter().any(|known| plain(known) == name));
            let target = found.map_or(Target::Ignore, |(target, _)| *target);
            if taken.contains(&target) && !target.takes_several() {
                return Target::Ignore;
            }
            taken.push(target);
            target
        })
        .collect()
}
