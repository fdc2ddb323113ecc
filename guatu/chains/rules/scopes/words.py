"""The words a scope is read by: whole words from `words.yaml`, and the patterns, which stand here. Data only."""

from __future__ import annotations

from pathlib import Path

import yaml

_WORDS = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text(encoding="utf-8"))

# -- whole words; what each group is for stands in the file --------------------------------------------------------

ROLES: dict[str, str] = {word: role for role, words in _WORDS["verbs"].items() for word in words}
YIELDING: frozenset[str] = frozenset(_WORDS["yielding"])
DOERS: dict[str, str] = {word: role for role, words in _WORDS["doers"].items() for word in words}
MANNERS: list[str] = _WORDS["manners"]
ENDINGS: list[str] = _WORDS["endings"]
THINGS: list[str] = _WORDS["things"]
OPENERS: list[str] = _WORDS["openers"]
JOINERS: list[str] = _WORDS["joiners"]
PRODUCT_TAILS: list[str] = _WORDS["product_tails"]
SERVICE_TAILS: list[str] = _WORDS["service_tails"]
PREDICATES: list[str] = _WORDS["predicates"]
FIRMS: list[str] = _WORDS["firms"]

# -- verbs that need a pattern -------------------------------------------------------------------------------------

# Stock phrases in which the verb has another role than alone (patterns).
STOCK = {
    # An agent for ships serves those that sail them; he does not sell ships.
    r"(?<=船舶)代理": "serves",
    r"(?<=货运)代理": "serves",
    # Words that also arise where two words meet: 水产销售, 农副产品, 现代工业.
    r"(?<![水农特地海物土国禽])产销": "makes",
    r"(?<!农)副产(?!品)": "makes",
    r"(?<![现替时近])代工(?![业艺程具])": "makes",
    r"(?:^|(?<=[,。;、:]))售(?![后前票楼货价卖])": "sells",
    # What a listed company's products are, they are its own.
    r"(?:主要|核心|主导|主营|现有)?产品(?:主要)?(?:包括|涵盖|覆盖|有|为(?!主)|是|以|线覆盖|及用途)": "makes",
    r"(?:主要|核心|主导|主营)产品(?!的|及|和|与|市场|应用|销售|生产|广泛)": "makes",
    r"(?:为|是)(?:公司)?的?(?:主要|核心|主导)产品": "makes",
    r"(?:为主的?)?产品(?:线|体系|矩阵)(?=[,;。\0]|$)": "makes",
    # He who sells under his brand what others produce is a seller; he who lives from his designs develops.
    r"(?:全部)?(?:委托|交由|由)(?:他人|外部|外协|其他|第三方|代工厂?|晶圆厂|供应商)[^,。;()]{0,12}?(?:生产|加工|代工|制造)": "sells",
    r"(?:无晶圆厂?|fabless)(?:模式)?": "develops",
    # Works on goods of others: 光缆线路工程, 冷库安装工程. Not 工程机械, 工程塑料.
    r"(?:安装|施工|建设|改造)?工程(?=[,;。、:()\[\]{}【】《》\0]|$|的?(?:施工|安装|设计|建设|承包|服务))": "serves",
}

# -- words that look like verbs and are none -----------------------------------------------------------------------

# Things made up of a verb and a noun that are names wherever they stand (pattern).
THING_NAMES = (
    r"(?:分析|诊断|试验|计量|定位|物流|冶炼|锻造|救援|集成|检测|检验|测试|监测|加工|制造|维修|修理|运输|仓储|包装|清洗|封装|培训|施工|安装|喷涂|涂装|装卸|搬运|储存|存储|回收|铸造)"
    r"(?:设备|装备|装置|仪器|仪|中心|工具|机械|基地|基板|材料|试剂|机器人|车辆|芯片|服务器|器)"
    r"|(?:研发|技术|运营|服务|培训|检测|营销|销售|维修)(?:中心|网络|基地|人员|网点)(?=的|建设)"
    r"|(?:生产|制造|研发|加工)项目(?=的?(?:投资|管理|策划|咨询|建设))"
    r"|配套(?:设备|产品|件|设施|系统|材料|服务|软件|装置|用|零部件|零件|部件|配件|工程|商品|仪器|器材)"
    r"|(?:清洗|清洁|检测|维修|维护|养护|防腐|消毒|灭菌|安装|包装|运输|储存|存储|装潢|贴膜|喷漆|喷涂|美容|保养|加工|制造|封装|喷|组装)"
    r"(?:用品|用具|材料|辅料|耗材|器材|制品|品|液|剂|件|膜|机(?![床器电械动组]))"
    r"|集成灶|服务器|集成电路|开发区|开发板|生产线|生产资料|设计院|管理系统|管理平台|管理软件|管理器|管理芯片|控制管理|供应链|代理人"
    r"|服务机器人|贸易区|生产力|制造业|服务业|建设用|研究院|研究所|运营中心|加工件|研发企业|(?<=[及和与])配套"
)

# A firm that says so has others produce what it designs: it makes nothing (pattern).
FABLESS = r"无晶圆厂?|无生产线|fabless"

# -- words that say nothing of goods -------------------------------------------------------------------------------

# Headings, subjects and adverbs: a verb behind them still stands in front of its list (patterns, longest first).
FILLERS = (
    r"(?:一般|许可|前置许可|后置许可)?经营(?:项目|范围)(?:[为是])?:?|(?:一般|许可|前置许可|后置许可|兼营|主营)(?:经营)?项目:?"
    r"|一般经营(?=:):|许可经营(?=:):|主营业务(?:收入)?:?|主要业务:?|业务范围:?|允许"
    r"|许可证?(?:核定|规定|许可)?的?(?:经营)?范围内?的?|仅限总公司(?:自行)?经营:?"
    r"|不带有?(?:储存|仓储)(?:设施)?的?|无(?:储存|仓储)(?:设施)?的?|主要|公司|本公司|本企业|本厂|本店|企业|目前|自身|各类|各种|国内领先的?|国内外?|国外|专注于?|致力于|能够|少数|一家集?|集(?!成|装|团|尘|中)|通过|实现|进行|负责"
    r"|(?:全球|世界|国际|行业|国内)?(?:领先|最大|知名|优秀|优质|一流|重要|领军|头部|专业化|一级|二级|定点|合格)的?"
)

# Products named before: they stand for goods and name none. 自产 in them is no verb.
NAMELESS = r"(?:上述|自产|所生产|本企业|本公司|公司)(?:的)?(?:自产)?(?:的)?(?:产品(?!主要|以|为|有|包括|是|涵盖|覆盖|线|及用途)|商品|货物|设备)"

# -- what gives nothing --------------------------------------------------------------------------------------------

# Each is a pattern whose match is taken out of the text before verbs are looked for. [^。;] runs to the end of the
# clause and [^,。;] to the next comma; all runs are bounded or eat what they pass, so that the pass stays linear.

# Licence phrases: 经营, 生产 and 加工 stand in them and say nothing of this firm.
LICENCE = (
    r"(?:依法|依照法律)[^。;:]*:?",
    r"(?:以上|上述)(?:经营)?(?:范围|项目|内容|各项|事项|均|涉及|需|须|凡|商品|经营)[^。;]*",
    r"(?:法律|国务院|行政法规)[^。;:]*?(?:除外|允许的|:|(?=[。;])|$)",
    r"(?:市场主体|企业)(?:依法)?(?:自主选择|可自主)[^。;:]*:?",
    r"(?:须|需|(?<![供反])应(?![用急])|未|取得|经(?![营销纪贸济]))(?:经|获)?[^,。;:()、]{0,16}(?:批准|许可|审批|审核|备案|核准)"
    r"(?:[^。;:,()的、]{0,24}?(?:经营|经营活动|生产|从事|执行|除外|为准)(?=[,。;:()\0]|$)|(?:文件|证件?|结果|后|前|方可|可|允许)*的?(?:经营)?(?:项目|商品|业务|内容)?)",
    r"(?:凭|(?<![支保])持|按)[^,。;:()、]{0,16}(?:许可证|资质证书|资质|执照|证书|批准|许可|有效证件?)(?:[^,。;:()、]{0,12}(?:经营|生产|从事|为准|执行)(?=[,。;:()\0]|$))?",
    r"未规定审批的",
    r"有效期限?内|有效期[^,。;()]*",
    r"(?:可|方可)?(?:开展|从事)(?:相关|生产)?经营活动",
    r"国家(?:法律|限定|禁止|限制|专控|另有|有专项|明令|规定)[^,。;()的]*的?(?:项目|商品|产品|业务)?",
    r"以[^,。;()]{0,24}为准",
    r"涉及[^,。;()、]{0,16}的",
)

# A bracket that begins or reads so holds a condition, whatever verbs stand in it (patterns).
CONDITION = (
    r"^(?:不|无|非|未|除|禁|严禁|限|仅|只限|凭|须|需|应|依法|涉及|有效期|国家|以上|上述|按|法律|另)",
    r"除外|许可|审批|批准|资质|法律|法规|核定",
)

# What the firm says it does not do; VERB stands for any verb. Words like 不锈钢 and 不饱和 begin otherwise.
NEGATION = (
    r"不(?:得|再|可|能|准|许|允许|设|涉及|直接|对外|做|从事|开展|提供|进行|负责|参与|承接|VERB)[^,。;()]*",
    r"(?:严禁|禁止|停止|暂停|谢绝|无权|没有|无(?!生产线))(?:VERB|从事|[^,。;()]{0,12}资[格质])[^,。;()]*",
    r"(?:严禁|禁止|谢绝)[^,。;()]*",
    r"(?:非|未经?)(?:VERB)的?",
)

# Exclusions reach to the end of their sentence or bracket; 除…外 to its 外, which is not the one in 体外诊断.
EXCLUSION = (
    r"(?:均|都)?不(?:包含|包括|含|包)[^。;)]*",
    r"除(?![尘湿锈草臭霜冰雪虫菌味油铁垢杂氧硫磷氮])[^。;()]{1,80}?(?:以外|之外|外(?=[的,;、。)\0]|$))的?",
    r"(?<![拆清消去解免排删开])除(?![尘湿锈草臭霜冰雪虫菌味油铁垢杂氧硫磷氮外])[^,。;)]*",
)

# What goods are for, and whose they are: customers, suppliers, former and coming business, firms with shares.
PURPOSE = (
    r"(?:广泛|主要)?(?:应用|适用|使用|运用|用|服务)(?:于|在)[^,。;()的]*",
    r"(?:为|向)(?!主|一体)[^,。;()]{1,60}?(?<![及和与、])(?=提供|配套|供应|供货)",
    r"供[^,。;()应货]{1,30}使用",
    r"(?:上游|下游|客户|终端客户|主要客户|供应商|原材料|原料)(?:主要)?(?:为|有|是|包括|涵盖|来自)[^,。;()]*",
    r"(?:在建|拟建|拟投|计划|未来|今后|规划|此前|曾从事|曾经|原从事|原主营|前身|已停止|已剥离|已出售|已转让)[^,。;()]*",
    r"(?:参股|持股|入股)[^,。;()]*",
    r"(?:剥离|出售|转让|处置)了?[^,。;()]{0,30}(?:业务|资产|股权)",
    r"持有[^,。;()]{1,40}(?:股权|股份)",
    r"以[^,。;()]{1,40}为(?:主要)?(?:原料|原材料|基材|基础|载体)",
    r"(?:生产|自用)?所(?:需|用)[^,。;()]*",
)

# What only a branch does (patterns). 仅限总公司 is the firm's own and stands among the fillers.
BRANCH = (
    r"(?:以下|下列)?(?:项目|业务|范围)?(?:均|仅|只)?限[^,。;:()总]{0,8}(?:分支|分公司|分店|分厂|子公司|下属)[^,。;:()]{0,16}",
    r"(?:以下|下列)?(?:项目|业务|范围)?(?:均|仅|只)?(?:限|由|供|在)?(?:下属|所属|各)?"
    r"(?:分支机构|分公司|分店|分厂)[^,。;:()]{0,12}(?:经营|生产|加工|从事|开展|销售|制造|实施)",
    r"(?:分支机构|分公司)(?:经营范围|经营项目|项目)?(?=:)",
    r"(?<=[(\[【])(?:分支机构|分公司|分支|分店|分厂)(?=[)\]】])",
)

# -- what may stand behind a product without making it part of a longer word ---------------------------------------

# Before such a word a number may stand: 轴承、阀门两大类产品 (pattern).
HOW_MANY = "[两三四五六七八多]大|多种|各种"

# 设备 behind an apparatus is the apparatus (空调设备); behind a material it is a machine for it (涂料设备).
APPARATUS = "机器床调仪泵阀梯炉车船"

# Where the name of a firm ends; what stands behind says what kind of body it is (pattern).
NAME_END = (
    r"(?:股份|集团|控股)?(?:有限)?(?:责任)?(?:公司|工厂|厂|店|部|铺|行|中心|门市|商行|经营部|工作室|合作社|站|社)$"
)

# -- signs ---------------------------------------------------------------------------------------------------------

# A pattern of the group of that name matches nowhere in a text without one of its signs; with them, most texts need not
# be searched at all. Whoever adds a pattern adds the word that must stand in its match.
LICENCE_SIGNS = (
    "依法", "依照", "以上", "上述", "法律", "国务院", "行政法规", "自主", "批准", "许可", "审批", "审核", "备案", "核准", "资质",
    "执照", "证书", "有效", "经营活动", "国家", "为准", "涉及",
)  # fmt: skip
NEGATION_SIGNS = ("不", "禁", "停止", "暂停", "谢绝", "无", "没有", "非", "未")
EXCLUSION_SIGNS = ("不含", "不包", "除")
PURPOSE_SIGNS = (
    "用于", "用在", "服务于", "服务在", "提供", "配套", "供应", "供货", "使用", "上游", "下游", "客户", "原料", "原材料", "在建",
    "拟建", "拟投", "计划", "未来", "今后", "规划", "此前", "曾", "原从事", "原主营", "前身", "已停止", "已剥离", "已出售",
    "已转让", "参股", "持股", "入股", "剥离", "出售", "转让", "处置", "持有", "基材", "基础", "载体", "所需", "所用",
)  # fmt: skip
BRANCH_SIGNS = ("分支", "分公司", "分店", "分厂", "子公司", "下属")

# The one verb above whose pattern reads across 、: a stretch with it is not cut there.
ACROSS = "(?:委托|交由|由)(?:他人|外部|外协|其他|第三方|代工|晶圆厂|供应商)"

# A text without these, and without a verb, a doer, an opener or a joiner, is goods from end to end: what must stand in
# a match of STOCK, NAMELESS or FILLERS, and 的.
WORD_SIGNS = (
    "的", "产销", "副产", "代工", "售", "产品", "生产", "加工", "制造", "代理", "fabless", "晶圆", "工程", "商品", "货物", "设备",
    "自产", "经营", "项目", "业务", "范围", "允许", "仅限", "储存", "仓储", "主要", "公司", "企业", "本厂", "本店", "目前", "自身",
    "各类", "各种", "国内", "国外", "国际", "专注", "致力", "能够", "少数", "一家", "集", "通过", "实现", "进行", "负责", "领先",
    "最大", "知名", "优秀", "优质", "一流", "重要", "领军", "头部", "专业化", "一级", "二级", "定点", "合格",
)  # fmt: skip
