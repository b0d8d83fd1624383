//! A trading company on the mainland.

use domain::access::Role;
use domain::organisation::Region;

use super::words::{Person, Place, Talk, Words};

pub(super) static WORDS: Words = Words {
    company: "鼎盛贸易有限公司",
    pool: "全公司公海",
    region: Some(Region::Cn),
    people: [
        Person { name: "王建国", sign_in: "wang", roles: &[Role::Administrator, Role::Manager], department: 0 },
        Person { name: "林淑芬", sign_in: "lin", roles: &[Role::Finance], department: 2 },
        Person { name: "陈美玲", sign_in: "chen", roles: &[Role::Purchaser], department: 3 },
        Person { name: "张雅婷", sign_in: "zhang", roles: &[Role::SalesAssistant], department: 1 },
        Person { name: "黄志明", sign_in: "huang", roles: &[Role::Manager], department: 4 },
        Person { name: "吴海涛", sign_in: "wu", roles: &[Role::Manager], department: 5 },
        Person { name: "刘思琪", sign_in: "liu", roles: &[Role::Manager], department: 6 },
        Person { name: "李佳蓉", sign_in: "li", roles: &[Role::SalesRep], department: 4 },
        Person { name: "陈文杰", sign_in: "wenjie", roles: &[Role::SalesRep], department: 4 },
        Person { name: "蔡子轩", sign_in: "cai", roles: &[Role::SalesRep], department: 5 },
        Person { name: "郑雅文", sign_in: "zheng", roles: &[Role::SalesRep], department: 5 },
        Person { name: "徐家豪", sign_in: "xu", roles: &[Role::SalesRep], department: 6 },
    ],
    departments: [
        Place { name: "总公司", branch: false, head: Some(0) },
        Place { name: "销售支持部", branch: false, head: Some(3) },
        Place { name: "财务部", branch: false, head: Some(1) },
        Place { name: "采购部", branch: false, head: Some(2) },
        Place { name: "上海分店", branch: true, head: Some(4) },
        Place { name: "宁波分店", branch: true, head: Some(5) },
        Place { name: "深圳分店", branch: true, head: Some(6) },
    ],
    cities: [&["上海", "苏州", "无锡", "昆山"], &["宁波", "杭州", "绍兴", "温州"], &["深圳", "东莞", "广州", "佛山"]],
    first: &[
        "长", "永", "远", "宏", "华", "鼎", "信", "联", "金", "大", "顺", "兴", "益", "德", "瑞", "嘉", "和", "泰",
        "正", "新",
    ],
    second: &[
        "兴", "昌", "东", "远", "盛", "发", "达", "隆", "丰", "成", "安", "利", "源", "通", "展", "茂", "祥", "力",
        "邦", "美",
    ],
    trades: &[
        "精密",
        "电子",
        "机电",
        "塑胶",
        "五金",
        "纺织",
        "化工",
        "贸易",
        "食品",
        "光学",
        "包装",
        "模具",
        "自动化",
        "仪器",
        "家具",
        "建材",
    ],
    forms: &["有限公司", "股份有限公司", "实业有限公司", "科技有限公司"],
    roads: &["中山路", "人民路", "工业二路", "建国南路", "解放路", "科技大道", "南京东路", "滨海大道"],
    surnames: &["陈", "林", "黄", "张", "李", "王", "吴", "刘", "蔡", "杨", "徐", "郑", "谢", "郭", "洪", "曾"],
    given: &[
        "志强", "淑敏", "俊杰", "雅雯", "建军", "美华", "海波", "丽娟", "家明", "佩珊", "文斌", "秀英", "明德", "欣怡",
        "国华", "晓燕",
    ],
    titles: &["采购经理", "总经理", "厂长", "采购专员", "会计", "销售经理", "研发主管", "仓管"],
    sources: &["展会", "同行介绍", "网站", "陌生拜访", "老客户"],
    tags: &["外贸", "样品", "月结", "重点", "急单", "OEM", "大客户", "新客户"],
    remarks: &[
        "采购由主管亲自负责，月底前下单，账期三十天。",
        "仓库在后门，送货请走侧门，下午五点后不收货。",
        "以外贸为主，质量要求高，每批都要附检验报告。",
        "二代接班，想换新设备，预算明年二季度审批。",
        "对价格敏感，习惯货比三家；交期准就会复购。",
        "",
    ],
    day_remark: "下午下雨，少跑一家，明天补上。",
    day_comment: "辛苦了，A 级客户先排。",
    centres: [(31.2304, 121.4737), (29.8683, 121.5440), (22.5431, 114.0579)],
    talks: &[
        Talk {
            result: "有意向", text: "询问下季度用量，大约比去年多两成，让我们先报价。", next: "发报价单"
        },
        Talk {
            result: "已报价", text: "报价已收到，单价可以，希望交期缩短到三周。", next: "确认交期后回复"
        },
        Talk {
            result: "要样品", text: "想先看样品，要求表面电镀，寄到工厂给厂长。", next: "寄样品并跟进"
        },
        Talk {
            result: "成交", text: "确认订单，按上次规格，分两批交货。", next: "安排第一批发货"
        },
        Talk { result: "考虑中", text: "主管还在比价，下周开会决定。", next: "会后再打电话" },
        Talk { result: "没空", text: "负责人出差，留言请他回电。", next: "再打一次电话" },
        Talk {
            result: "客诉", text: "上一批有三箱外箱破损，已拍照，请仓库补发。", next: "反馈补发进度"
        },
        Talk {
            result: "例行拜访", text: "参观了新厂房，产线增加到四条，年底前还会扩产。", next: "带新样本去拜访"
        },
        Talk { result: "收款", text: "提醒上月货款，会计说本周五付款。", next: "确认货款到账" },
        Talk {
            result: "续约", text: "年度合同到期，希望维持原价，付款条件不变。", next: "送合同盖章"
        },
        Talk { result: "", text: "聊到同行最近缺料，问我们有没有现货。", next: "查库存后回复" },
        Talk {
            result: "", text: "在展会上认识，交换名片，对不锈钢零件感兴趣。", next: "发公司介绍"
        },
    ],
    deals: &[
        ("年度备件合同", "备件全年供应，每月出货"),
        ("二厂设备更新", "冲床 3 台，含安装"),
        ("不锈钢螺丝年度订单", "SUS304 M4–M8，每季 20 万颗"),
        ("新品打样", "样品 5 款，表面电镀"),
        ("外销包材", "彩盒与外箱，首批 8,000 套"),
        ("产线自动化", "输送带与传感器两条线"),
        ("展厅家具", "展示架 40 组"),
        ("电子元件补货", "连接器与线材，三个月用量"),
    ],
    between: "",
    house: "号",
    lines: ["+86 21 0255 0", "+86 574 0255 0", "+86 755 0255 0"],
};
