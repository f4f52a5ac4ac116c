"""Luzhai's regimes between units as they are lived: the plan's words and the county's file, each below the clause it is of."""

from tests.stories.scenes import Case, Late, to

# fmt: off
CASES = {
    # LZ-3.3c tobacco goes to the county tobacco bureau, with file, seizure list and a receipt signed by both; LZ-3.3d reported at once
    "case_transfer": Case(
        "案件移交", "transport",
        "案件代号：移一\n货物品种：烟草\n案件性质：涉嫌走私\n涉嫌犯罪：否\n查清管辖日期：6月1日\n案件情况：国道查获走私烟\n案卷材料齐备：是\n物品：卷烟\n数量：200条\n保管地点：交通局仓库",
        ("receiver.tobacco", "done", "未涉嫌犯罪，属地烟草案件"),  # the plan and customs law do not agree: it is said why
        "transport handed, tobacco waiting, hq_office told, anti_smuggling_office told",
        (to("tobacco", "sign", "鹿烟收〔2026〕1号", stands="tobacco working, transport countersign"),
         to("transport", "countersign", "鹿交回〔2026〕1号", stands="transport done"),
         to("tobacco", "answer", "已立案，罚款五万元", stands="tobacco closed")),
        "education"),
    # LZ-3.3b oil and frozen goods go to Liuzhou customs, outside: what it does is recorded from its letters
    "case_transfer, to customs": Case(
        "移送案件", "market",
        "案件代号：移二\n货物品种：冻品\n案件性质：涉嫌走私\n涉嫌犯罪：否\n查清管辖日期：6月1日\n案件情况：冷库查获冻品\n物品：冻鸡爪\n数量：3吨",
        ("receiver.liuzhou_customs",),
        "market handed, liuzhou_customs waiting, hq_office told, anti_smuggling_office told",
        (to("market", "sign", "柳关收〔2026〕2号", "day_0", stands="liuzhou_customs working, market countersign"),
         to("market", "countersign", "鹿市监回〔2026〕2号", stands="market done"),
         to("market", "answer", "海关已立案", "柳关函〔2026〕3号", "day_0", stands="liuzhou_customs closed")),
        "post_company"),
    # State Council order 310: decide, send, answer, hand over the goods; LZ-4.8c the police file it, LZ-4.5b, LZ-4.5c a copy to the procuratorate
    "criminal_transfer": Case(
        "移送公安", "market",
        "案件代号：刑一\n接到移送报告日期：6月1日\n货物品种：成品油\n简要案情：无合法来源的柴油",
        (),
        "market to_decide",
        (to("market", "approve", "鹿市监批〔2026〕5号", stands="market to_send"),
         to("market", "send", "移送书文号：鹿市监移〔2026〕5号\n调查报告：是\n物品清单：是\n检验鉴定意见：是",
            stands="market sent, police waiting, procuratorate told, hq_office told, anti_smuggling_office told"),
         to("police", "sign", "鹿公收〔2026〕5号", stands="police reviewing"),
         to("police", "file", "鹿公立〔2026〕5号", stands="police filed, market goods"),
         to("market", "hand_goods", "鹿市监交〔2026〕5号", stands="market handed, police taking"),
         to("police", "take_goods", "鹿公物〔2026〕5号", stands="police filed")),
        "sinopec"),
    # its other branch: not filed, reconsidered, upheld, accepted
    "criminal_transfer, not filed": Case(
        "移送公安", "tobacco",
        "案件代号：刑二\n接到移送报告日期：6月1日\n货物品种：烟草\n简要案情：数额较大",
        (),
        "tobacco to_decide",
        (to("tobacco", "approve", "鹿烟批〔2026〕6号", stands="tobacco to_send"),
         to("tobacco", "send", "移送书文号：鹿烟移〔2026〕6号\n调查报告：是\n物品清单：是\n检验鉴定意见：否",
            stands="tobacco sent, police waiting, procuratorate told, hq_office told, anti_smuggling_office told"),
         to("police", "sign", "鹿公收〔2026〕6号", stands="police reviewing"),
         to("police", "no_file", "未达到追诉标准", stands="police refused, tobacco not_filed"),
         to("tobacco", "ask_again", "案值应按零售价计算", stands="tobacco reconsider, police again"),
         to("police", "uphold", "经复议维持", stands="police refused, tobacco kept"),
         to("tobacco", "accept", "另行行政处罚", stands="tobacco accepted")),
        "post_company"),
    # LZ-3.3d the headquarters office coordinates
    "jurisdiction_dispute": Case(
        "管辖异议", "market",
        "争议案件：争一\n异议理由：不是无证零售\n主张的管辖单位：县烟草专卖局\n法律依据：烟草专卖法",
        ("other.tobacco",),
        "market raised, tobacco heard, hq_office deciding",
        (to("tobacco", "say", "同意接办", stands="tobacco said"),
         to("hq_office", "decide", "由县烟草专卖局办理", stands="hq_office coordinated, market told, tobacco told")),
        "sinopec"),
    # LZ-3.4c by application, reviewed by the headquarters office; LZ-3.4b until it ends
    "case_supervision": Case(
        "申请督办", "market",
        "案件代号：督一\n督办理由：社会关注\n简要案情：冻品流入市场",
        (),
        "market applied, hq_office reviewing",
        (to("hq_office", "ask_more", "请补充涉案数量", stands="market more"),
         to("market", "give_more", "约十五吨", stands="market applied"),
         to("hq_office", "approve", "handler.police", "done", "partner.court", stands="hq_office watching, market granted, police waiting, court told"),
         to("police", "sign", stands="police first"),
         to("police", "first_report", "进展情况：已抓获两人", stands="police going"),
         to("police", "report", "进展情况：已移送起诉", stands="police going"),
         to("police", "ask_end", "案件已判决", stands="police asking, hq_office deciding"),
         to("hq_office", "close", "已办结", stands="hq_office closed, market closed, police done")),
        "post_company"),
    # LZ-4.8d by request of the police, reviewed by the anti-smuggling office: the other door into the same
    "listed_supervision": Case(
        "挂牌督办", "police",
        "案件代号：督二\n商请函文号：鹿公函〔2026〕8号\n简要案情：案情重大，跨三县",
        (),
        "police applied, anti_smuggling_office reviewing",
        (to("anti_smuggling_office", "approve", "handler.tobacco", "done", "partner.procuratorate", "partner.court",
            stands="anti_smuggling_office watching, police granted, tobacco waiting, procuratorate told, court told"),
         to("tobacco", "sign", stands="tobacco first"),
         to("tobacco", "ask_end", "已全部查处", stands="tobacco asking, anti_smuggling_office deciding"),
         to("anti_smuggling_office", "go_on", "还有上线未查", stands="anti_smuggling_office watching, tobacco going"),
         to("tobacco", "ask_end", "上线已抓获", stands="tobacco asking, anti_smuggling_office deciding"),
         to("anti_smuggling_office", "close", "同意", stands="anti_smuggling_office closed, tobacco done")),
        "court"),
    # LZ-3.2b consultation, LZ-3.2c of crimes and of what stays unsolved
    "joint_case": Case(
        "联合办案", "market",
        "案件或问题代号：联一\n会商原因：涉及刑事犯罪\n会商问题：如何固定电子证据",
        ("partner.police", "partner.procuratorate"),
        "market leading, police invited, procuratorate invited, hq_office told",
        (to("police", "join", stands="police joined"),
         to("procuratorate", "decline", "当日另有庭审", stands="procuratorate declined"),
         to("market", "assign", "查三个仓库", "worker.transport", stands="transport tasked"),
         to("transport", "done", "三个仓库均已核查", stands="transport done"),
         to("market", "conclude", "由公安立案，市监配合", stands="market concluded")),
        "sinopec"),
    # LZ-4.4b the court, LZ-4.5d the procuratorate answers questions of law
    "law_consult": Case(
        "法律咨询", "market",
        "法律问题：无合法来源的冻品如何认定\n本单位意见：按食品安全法处理",
        ("adviser.court", "adviser.procuratorate"),
        "market sent, court waiting, procuratorate waiting",
        (to("court", "reply", "可参照指导案例", stands="court replied"),
         to("procuratorate", "ask_more", "请说明查获地点", stands="market more"),
         to("market", "give_more", "冷库内", stands="market sent"),
         to("procuratorate", "reply", "同意按食品安全法处理", stands="procuratorate replied")),
        "sinopec"),
    # LZ-4.5b not transferred, LZ-4.5c not filed or unlawfully filed: reasons in seven days, then told to act
    "filing_supervision": Case(
        "立案监督", "procuratorate",
        "案件代号：监一\n监督情形：应移送不移送\n发现日期：6月1日",
        ("supervised.market",),
        "procuratorate watching, market explain",
        (to("market", "explain", "认为未达到追诉标准", stands="market explained, procuratorate weighing"),
         to("procuratorate", "order", "鹿检通〔2026〕9号", stands="procuratorate watching, market must_act"),
         to("market", "act", "鹿市监移〔2026〕9号", stands="market acted, procuratorate over")),
        "court"),
    # State Council order 310, article 9: its other door, an agency suggests it
    "filing_supervision, suggested": Case(
        "建议立案监督", "tobacco",
        "案件代号：监二\n监督情形：应立案不立案\n发现日期：6月1日",
        (),
        "tobacco suggested, procuratorate looking",
        (to("procuratorate", "demand", "supervised.police", stands="procuratorate watching, police explain"),
         to("police", "explain", "不属本地管辖", stands="police explained, procuratorate weighing"),
         to("procuratorate", "accept", "经审查属实", stands="procuratorate over")),
        "education"),
    # LZ-4.5f
    "non_prosecution": Case(
        "不起诉移交", "procuratorate",
        "案件代号：不一\n不起诉决定日期：6月1日\n提出检察意见：是\n应予处罚的行为：无照经营成品油",
        ("receiver.transport",),
        "procuratorate sent, transport waiting",
        (to("transport", "hand_back", "无照经营归市监", stands="transport refused, procuratorate back"),
         to("procuratorate", "send", "done", "receiver.market", stands="procuratorate sent, market waiting"),
         to("market", "sign", stands="market working"),
         to("market", "punished", "鹿市监罚〔2026〕7号", stands="market answered")),
        "court"),
    # LZ-4.18c the company only reports
    "gas_station_report": Case(
        "异常上报", "sinopec",
        "看到什么：车辆和人员\n车辆特征：改装油箱的货车\n购油数量：连续三次各800升",
        (),
        "sinopec reported, hq_office taking",
        (to("hq_office", "pass_on", "checker.transport", stands="hq_office passed, transport waiting"),
         to("transport", "sign", stands="transport working"),
         to("transport", "answer", "已查扣改装车", stands="transport answered")),
        "market"),
    # LZ-4.7b unlicensed sale near schools, LZ-4.7c sale to minors: one send, two receive
    "school_lead": Case(
        "校园线索", "education",
        "什么情况：向未成年人售烟\n发现日期：6月1日\n学校：县一中",
        (),
        "education sent, tobacco waiting, market waiting",
        (to("tobacco", "sign", stands="tobacco working"),
         to("market", "sign", stands="market working"),
         to("market", "ask_more", "请告知商户名称", stands="education more"),
         to("education", "give_more", "校门东侧小店", stands="education sent"),
         to("tobacco", "answer", "已责令停止", stands="tobacco answered"),
         to("market", "answer", "已立案", stands="market answered")),
        "sinopec"),
    # LZ-4.7d of canteens: market regulation alone
    "school_lead, canteen": Case(
        "学校线索", "education",
        "什么情况：食堂走私或不合格食品\n发现日期：6月1日\n学校：县二中",
        (),
        "education sent, market waiting",
        (to("market", "sign", stands="market working"),
         to("market", "answer", "已抽检", stands="market answered")),
        "tobacco"),
    # LZ-4.16b the post passes on and punishes nobody, LZ-4.16c hidden in parcels, LZ-4.16f leads are shared
    "parcel_lead": Case(
        "寄递线索", "post_company",
        "什么情况：夹带烟草\n涉嫌犯罪：否\n发现日期：6月1日\n网点：城东网点\n详细情况：三箱香烟",
        ("receiver.tobacco", "receiver.transport"),
        "post_company sent, tobacco waiting, transport waiting",
        (to("transport", "hand_back", "不属道路运输", stands="transport refused, post_company back"),
         to("post_company", "send", "done", "receiver.city_post_admin", stands="post_company sent, city_post_admin waiting"),
         to("post_company", "sign", "柳邮管〔2026〕4号", "day_0", stands="city_post_admin working"),
         to("post_company", "answer", "已责令整改", "柳邮管〔2026〕5号", "day_0", stands="city_post_admin answered"),
         to("tobacco", "sign", stands="tobacco working"),
         to("tobacco", "answer", "已查扣三箱", stands="tobacco answered")),
        "court"),
    # LZ-3.1b what another county is concerned with: by letter, where it is not in the same deployment
    "lead_elsewhere": Case(
        "线索送外地", "market",
        "线索内容：邻县冷库疑似存放走私冻品\n涉及物品：冻品",
        ("邻县市场监管局",),
        "market sent, external_unit waiting",
        (to("market", "sign", "邻市监收〔2026〕1号", "day_0", stands="external_unit working"),
         to("market", "answer", "已查封冷库", "邻市监函〔2026〕2号", "day_0", stands="external_unit answered")),
        "sinopec"),
    # LZ-4.8f number and date only, from hand to hand
    "duty_crime": Case(
        "党员干部线索", "police", "", (),
        "police handed, discipline waiting",
        (to("police", "take", "鹿纪收〔2026〕1号", "day_0", stands="discipline taken"),),
        "court", {"police": "sealed"}),
    # LZ-3.6c, LZ-2k what a conference decides becomes a task
    "joint_conference": Case(
        "交办任务", "hq_office",
        "决定日期：6月1日\n任务内容：排查全县冷库",
        ("owner.market", "owner.town_1"),
        "hq_office sent, market waiting, town_1 waiting",
        (to("market", "sign", stands="market working"),
         to("town_1", "hand_back", "本镇没有冷库", stands="town_1 refused, hq_office back"),
         to("hq_office", "drop", "甲乡不再承担", stands="hq_office dropped"),
         to("market", "done", "已排查十二家", stands="market done")),
        "market"),
    # LZ-3.5c, LZ-2m what a quarterly inspection found is put right and checked
    "quarterly_inspection": Case(
        "督导问题", "hq_office",
        "检查日期：6月1日\n发现问题：台账不全",
        ("inspected.town_1",),
        "hq_office sent, town_1 waiting",
        (to("town_1", "sign", stands="town_1 righting"),
         to("town_1", "report", "已补全", stands="town_1 reported, hq_office checking"),
         to("hq_office", "again", "还缺五月份", stands="hq_office sent, town_1 righting"),
         to("town_1", "report", "五月份已补", stands="town_1 reported, hq_office checking"),
         to("hq_office", "close", stands="hq_office closed")),
        "market"),
    # LZ-4.1f to the anti-smuggling office, LZ-4.8g violence against officers: to the police at once
    "incident": Case(
        "突发情况", "town_1",
        "什么情况：暴力阻碍执行职务\n地点：城西市场",
        (),
        "town_1 handling, anti_smuggling_office called, police called",
        (to("anti_smuggling_office", "take", stands="anti_smuggling_office taken"),
         to("police", "take", stands="police taken"),
         to("town_1", "report", "经过：二十余人围堵\n处置情况：公安到场劝离", stands="town_1 following"),
         to("town_1", "follow_up", "情况平稳", stands="town_1 following"),
         to("town_1", "finish", "人员散去，无伤亡", stands="town_1 over")),
        "hq_office", {"police": "duty"}),
    # LZ-4.11d of public health: the health bureau, not the police
    "incident, health": Case(
        "突发情况", "market",
        "什么情况：公共卫生事件\n地点：冷库",
        (),
        "market handling, anti_smuggling_office called, health called",
        (to("anti_smuggling_office", "take", stands="anti_smuggling_office taken"),
         to("health", "take", stands="health taken"),
         to("market", "report", "经过：工人发热\n处置情况：已封存", stands="market following"),
         to("market", "finish", "检测均为阴性", stands="market over")),
        "hq_office"),
}
# fmt: on

# fmt: off
LATE = {
    "case_transfer": Late(0, "tobacco", "matter_sign", "proposal"),                 # LZ-3.3d gives no day
    "case_transfer, to customs": Late(0, "market", "matter_sign", "proposal"),      # whoever wrote asks after the answer
    "case_transfer, receipt": Late(1, "transport", "transfer_countersign", "proposal"),  # LZ-3.3c
    "criminal_transfer": Late(0, "market", "criminal_decide", "law"),               # order 310, article 5: three days
    "criminal_transfer, sent": Late(1, "market", "criminal_send", "law"),           # article 5: 24 hours
    "criminal_transfer, police": Late(3, "police", "criminal_review", "law"),       # article 8: three days
    "criminal_transfer, goods": Late(4, "market", "criminal_goods", "law"),         # article 12: three days
    "jurisdiction_dispute": Late(1, "hq_office", "dispute_decide", "proposal"),     # LZ-3.3d
    "case_supervision": Late(2, "hq_office", "supervision_review", "proposal"),     # LZ-3.4c
    "case_supervision, progress": Late(5, "police", "supervision_progress", "proposal"),  # LZ-3.4b
    "listed_supervision": Late(0, "anti_smuggling_office", "supervision_review", "proposal"),  # LZ-4.8d
    "joint_case": Late(0, "police", "joint_reply", "proposal"),                     # LZ-3.2b
    "law_consult": Late(0, "court", "consult_reply", "once"),                       # LZ-4.4b: a court is listed, not urged
    "filing_supervision": Late(0, "market", "filing_reasons", "law"),               # LZ-4.5c: seven days
    "filing_supervision, acting": Late(2, "market", "filing_act", "law"),           # LZ-4.5c: fifteen days
    "non_prosecution": Late(3, "market", "non_prosecution_result", "law"),          # LZ-4.5f, penalty law, article 60: ninety days
    "gas_station_report": Late(0, "hq_office", "station_take", "proposal"),         # LZ-4.18c
    "school_lead": Late(0, "tobacco", "matter_sign", "proposal"),                   # LZ-4.7b
    "parcel_lead": Late(4, "tobacco", "matter_sign", "proposal"),                   # LZ-4.16f
    "lead_elsewhere": Late(0, "market", "matter_sign", "proposal"),                 # LZ-3.1b: a letter whose answer never comes
    "duty_crime": Late(0, "police", "sealed_take", "sealed"),                       # LZ-4.8f
    "joint_conference": Late(3, "market", "hq_task", "proposal"),                   # LZ-3.6c
    "quarterly_inspection": Late(1, "town_1", "rectification", "proposal"),         # LZ-3.5c
    "incident": Late(0, "anti_smuggling_office", "incident_take", "rung"),          # LZ-4.1f
}
# fmt: on
