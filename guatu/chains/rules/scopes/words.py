"""The words a scope is read by. Data only: to teach the reader a word, add it to the group whose comment fits.

Words are in plain form. Groups of whole words are tuples of a split string; what needs a pattern says so.
"""

# -- verbs: what a firm does with the goods (docs/labels.md, Roles) ------------------------------------------------

VERBS: dict[str, tuple[str, ...]] = {
    # Makes: the goods leave the firm as something else than they came, or come from it in the first place.
    "makes": tuple(
        """
        生产 制造 加工 深加工 粗加工 精加工 来料加工 来样加工 来样定制 进料加工 来件装配 组装 装配 拼装 总装 产销 自产自销
        自产 研产销 制售 修造 改装 铸造 锻造 再制造 翻新 封装 封装测试 封测 副产 制作 建造 冶炼 代工 制备 配套
        自制 定制 定做 试生产 量产 产业化 提炼 精炼 织造 灌装 分装 产量 产销量 生产加工
        """.split()
    ),
    # Develops: work on the product before it is made. 设计 of a plant or a store counts here too.
    "develops": tuple("研发 开发 设计 研制 研究 研究开发 试制 研究与试验发展 二次开发 自研 在研 研发管线 研发出 开发出 攻关 创制".split()),
    # Sells: trade in goods, own or others'. 经营 of goods is trade.
    "sells": tuple(
        """
        销售 批发 零售 批零 批售 经销 分销 代理 代销 代购 购销 直销 外销 内销 兼销 外售 出售 售卖 买卖 租售 贸易 进口 出口
        进出口 经营 供应 供货 零批 展销 营销 经纪
        卖 专卖 专营 特约经销 批销 商贸 供销 兼售 自销 推销 团购 寄售
        """.split()
    ),
    # Serves: work on goods of others, or their use for a time.
    "serves": tuple(
        """
        维修 修理 维护 维保 保养 检修 维修改造 改造 安装 调试 装调 拆装 加装 拆除 拆解 检测 检验 测试 认证 校准 监测 评估
        监理 咨询 培训 服务 租赁 出租 施工 建设 敷设 铺设 搭建 运维 运营 托管 外包 回收 仓储 储存 存储 堆存 运输 配送 装卸
        系统集成 集成 清洗 美容 推广 转让 交流 支持 喷涂 涂装 修补 消毒 灭菌 代驾 救援 搬运 抢修 解决方案 鉴定 测评 评测
        巡检 巡查 代维 养护 保障 年检 检疫 试验 计量 标定 部署 实施 升级 优化 更换 拆卸 解体 处置 报废 再利用 利用 存放
        保管 寄存 冷藏 充装 加注 换电 打捞 引航 拖带 租用 分时租赁 布线 防腐 装潢 贴膜 补胎 疏浚 规划 论证 验收 备份
        共享 代办 中介 大修 中修 修缮 修配 喷漆 救助 清障 拖车 补给 年审 审验 物流 装饰 保洁 诊断 标定 巡护 勘察 开通 演示 体验 试驾 应用服务 操作 处理 开通 接入 增值 承包 承建
        """.split()
    ),
    # No role: the firm does something with the goods which is none of the four, and what it does takes them away from
    # the verbs around. 信息咨询 is about a trade, not about its product.
    "none": tuple(
        """
        投资 股权投资 投资管理 管理 经营管理 运营管理 管理咨询 企业管理 企业管理咨询 信息咨询 商务咨询 投资咨询 采购 收购
        展览 展示 展览展示 策划 招商 推介 参股 控股
        """.split()
    ),
}

# A verb that introduces and yields to any verb behind its list: 主营减速器的制造 makes them, 主营：光缆 sells them.
YIELDING = {"主营": "sells", "兼营": "sells", "经营": "sells", "代营": "sells"}

# Nouns for who does it: the firm calls itself by its verb (docs/labels.md, Listed companies). The value is the role.
DOERS = {
    "制造商": "makes",
    "厂商": "makes",
    "生产厂": "makes",
    "制造厂": "makes",
    "厂家": "makes",
    "制造厂家": "makes",
    "生产商": "makes",
    "供应商": "makes",
    "生产厂家": "makes",
    "生产企业": "makes",
    "制造企业": "makes",
    "设计公司": "develops",
    "设计企业": "develops",
    "设计商": "develops",
    "分销商": "sells",
    "经销商": "sells",
    "代理商": "sells",
    "贸易商": "sells",
    "服务商": "serves",
    "方案提供商": "serves",
    "方案供应商": "serves",
    "解决方案提供商": "serves",
    "解决方案供应商": "serves",
    "解决方案服务商": "serves",
    "生产基地": "makes",
    "运营商": "serves",
    "集成商": "serves",
}

# Stock phrases in which the verb has another role than alone (patterns).
STOCK = {
    # An agent for ships serves those that sail them; he does not sell ships.
    r"(?<=船舶)代理": "serves",
    r"(?<=货运)代理": "serves",
    # What a listed company's products are, they are its own.
    r"(?:主要|核心|主导|主营|现有)?产品(?:主要)?(?:包括|涵盖|覆盖|有|为(?!主)|是|以|线覆盖|及用途)": "makes",
    r"(?:主要|核心|主导|主营)产品(?!的|及|和|与|市场|应用|销售|生产|广泛)": "makes",
    r"(?:为|是)(?:公司)?的?(?:主要|核心|主导)产品": "makes",
    # He who sells under his brand what others produce is a seller; he who lives from his designs develops.
    r"(?:全部)?(?:委托|交由|由)(?:他人|外部|外协|其他|第三方|代工厂?|晶圆厂|供应商)[^,。;()]{0,12}?(?:生产|加工|代工|制造)": "sells",
    r"(?:无晶圆厂?|fabless)(?:模式)?": "develops",
    # Works on goods of others: 光缆线路工程, 冷库安装工程. Not 工程机械, 工程塑料.
    r"(?:安装|施工|建设|改造)?工程(?=[,;。、:()\[\]{}【】《》]|$|的?(?:施工|安装|设计|建设|承包|服务))": "serves",
}

# Words before a verb that say how, not what: they belong to the verb.
MANNERS = tuple(
    """
    技术 自主 批量 大批量 规模化 跨境电商 跨境 电商 网上 互联网 线上 线下 联合 委托 受托 专业 全部 均 售后 现场 上门 来料 再
    融资 经营性 相关 国内 国际 第三方 独立 外包
    """.split()
)

# Words behind a verb that add nothing to it.
ENDINGS = tuple("服务 业务 工作 活动 为一体 于一体 一体化 为主 为主业 为核心 等".split())

# -- words that look like verbs and are none -----------------------------------------------------------------------

# A verb directly before one of these is part of a thing's name: 半导体制造设备, 芯片设计软件, 电池检测仪. Asked only
# where goods stand directly before the verb, because 生产设备 and 开发软件 in front of a list are verb and goods.
THINGS = tuple(
    """
    设备 装备 装置 仪 器 中心 工具 机械 软件 系统 平台 生产线 流水线 线 基地 企业 单位 机构 厂 公司 车 船 站 箱 柜 罐
    设施 桩 试剂 剂 材料 料 板 基板 件 用 区 院 所 城 园 型 级 性 网络 机 台 夹具 模具 辅料 耗材 配件 芯片 产业 行业 模块
    """.split()
)

# Things made up of a verb and a noun that are names wherever they stand (pattern).
THING_NAMES = (
    r"(?:检测|检验|测试|监测|加工|制造|维修|修理|运输|仓储|包装|清洗|封装|培训|施工|安装|喷涂|涂装|装卸|搬运|储存|存储|回收|铸造)"
    r"(?:设备|装备|装置|仪器|仪|中心|工具|机械|基地|基板|材料|试剂|机器人|车辆|芯片|服务器|器)"
    r"|(?:研发|技术|运营|服务|培训|检测|营销|销售|维修)(?:中心|网络|基地|人员|网点)(?=的|建设)"
    r"|(?:生产|制造|研发|加工)项目(?=的?(?:投资|管理|策划|咨询|建设))"
    r"|服务器|集成电路|开发区|开发板|生产线|生产资料|设计院|管理系统|管理平台|管理软件|管理器|管理芯片|控制管理|供应链|代理人"
    r"|服务机器人|贸易区|生产力|制造业|服务业|建设用|研究院|研究所|运营中心|加工件|研发企业|开发商"
)

# A firm that says so has others produce what it designs: it makes nothing (pattern).
FABLESS = r"无晶圆厂?|无生产线|fabless"

# -- words that say nothing of goods -------------------------------------------------------------------------------

# Headings, subjects and adverbs: a verb behind them still stands in front of its list (patterns, longest first).
FILLERS = (
    r"(?:一般|许可|前置许可|后置许可)?经营(?:项目|范围)(?:[为是])?:?|(?:一般|许可|前置许可|后置许可|兼营|主营)(?:经营)?项目:?"
    r"|一般经营(?=:):|许可经营(?=:):|主营业务(?:收入)?:?|主要业务:?|业务范围:?|允许"
    r"|许可证?(?:核定|规定|许可)?的?(?:经营)?范围内?的?|仅限总公司(?:自行)?经营:?"
    r"|主要|公司|本公司|本企业|本厂|本店|企业|目前|自身|各类|各种|国内领先的?|国内外?|国外|专注于?|致力于|能够|少数|一家集?|集(?!成|装|团|尘|中)|通过|实现|进行|负责"
)

# What opens a list of its own and leaves the verb to what follows: 从事轴承的销售.
OPENERS = tuple("主要从事 专业从事 从事 承接 承揽 承办 提供 开展".split())

# 的 and what joins two lists or two verbs.
JOINERS = tuple("及其 以及 并且 同时 及 并 和 与 或 兼 暨 且".split())

# Products named before: they stand for goods and name none. 自产 in them is no verb.
NAMELESS = r"(?:上述|自产|所生产|本企业|本公司|公司)(?:的)?(?:自产)?(?:的)?(?:产品(?!主要|以|为|有|包括|是|涵盖|覆盖|线|及用途)|商品|货物|设备)"

# -- what gives nothing --------------------------------------------------------------------------------------------

# Each is a pattern whose match is taken out of the text before verbs are looked for. [^。;] runs to the end of the
# clause and [^,。;] to the next comma; all runs are bounded or eat what they pass, so that the pass stays linear.

# Licence phrases: 经营, 生产 and 加工 stand in them and say nothing of this firm.
LICENCE = (
    r"(?:依法|依照法律)[^。;]*",
    r"(?:以上|上述)(?:经营)?(?:范围|项目|内容|各项|事项|均|涉及|需|须|凡|商品|经营)[^。;]*",
    r"(?:法律|国务院|行政法规)[^。;:]*?(?:除外|:|(?=[。;])|$)",
    r"(?:市场主体|企业)(?:依法)?(?:自主选择|可自主)[^。;:]*:?",
    r"(?:须|需|(?<![供反])应(?![用急])|未|取得|经(?![营销纪贸济]))(?:经|获)?[^,。;:()、]{0,16}(?:批准|许可|审批|审核|备案|核准)[^。;:,()的]*的?(?:经营)?(?:项目|商品|业务|内容)?",
    r"(?:凭|(?<![支保])持|按)[^,。;:()、]{0,16}(?:许可证|资质证书|资质|执照|证书|批准|许可|有效证件?)(?:[^,。;:()、]{0,12}(?:经营|生产|从事|为准|执行)(?=[,。;:()]|$))?",
    r"未规定审批的",
    r"有效期限?内|有效期[^,。;()]*",
    r"(?:可|方可)?(?:开展|从事)(?:相关|生产)?经营活动",
    r"国家(?:法律|限定|禁止|限制|专控|另有|有专项|明令|规定)[^,。;()]*",
    r"以[^,。;()]{0,24}为准",
    r"涉及[^,。;()、]{0,16}的",
)

# A bracket that begins or reads so holds a condition, whatever verbs stand in it (patterns).
CONDITION = (
    r"^(?:不|无|未|除|禁|严禁|限|仅|只限|凭|须|需|应|依法|涉及|有效期|国家|以上|上述|按|法律|另)",
    r"除外|许可|审批|批准|资质|法律|法规|核定",
)

# What the firm says it does not do; VERB stands for any verb. Words like 不锈钢 and 不饱和 begin otherwise.
NEGATION = (
    r"不(?:得|再|可|能|准|许|允许|设|涉及|直接|对外|做|从事|开展|提供|进行|负责|参与|承接|VERB)[^,。;()]*",
    r"(?:严禁|禁止|停止|暂停|谢绝|无权|没有|无(?!生产线))(?:VERB|从事|[^,。;()]{0,12}资[格质])[^,。;()]*",
    r"(?:严禁|禁止|谢绝)[^,。;()]*",
)

# Exclusions reach to the end of their sentence or bracket; 除…外 to its 外, which is not the one in 体外诊断.
EXCLUSION = (
    r"(?:均|都)?不(?:包含|包括|含|包)[^。;)]*",
    r"除(?![尘湿锈草臭霜冰雪虫菌味油铁垢杂氧硫磷氮])[^。;()]{1,80}?(?:以外|之外|外(?=[的,;、。)]|$))的?",
    r"(?<![拆清消去解免排删开])除(?![尘湿锈草臭霜冰雪虫菌味油铁垢杂氧硫磷氮外])[^,。;)]*",
)

# What goods are for, and whose they are: customers, suppliers, former and coming business, firms with shares.
PURPOSE = (
    r"(?:广泛|主要)?(?:应用|适用|使用|运用|用|服务)(?:于|在)[^,。;()的]*",
    r"(?:为|向)(?!主|一体)[^,。;()]{1,60}?(?=提供|配套|供应|供货)",
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

# The product itself: 新能源汽车整车, 车桥总成, 空调产品.
PRODUCT_TAILS = tuple("整车 整机 总成 本体 成套设备 品牌 产品 成品 系列产品 系列 类产品 类 制品业 业务 项目 系统".split())

# 设备 behind an apparatus is the apparatus (空调设备); behind a material it is a machine for it (涂料设备).
APPARATUS = "机器床调仪泵阀梯炉车船"

# Between a product and a verb that serves or develops it: 医疗器械技术咨询, 锂离子电池安全性能检测.
SERVICE_TAILS = tuple(
    """
    技术 技术领域 专业领域 领域 领域内 内 操作 安全 安全性 安全性能 性能 质量 架构 线路 外包 信息技术 应用 梯次利用 设备 解决方案
    驾驶 驾驶员 飞手 操控 飞行 使用 数据 装备 设施 机房 公共 平台 场站 网络 故障 日常 工艺 结构 外观 造型 方案 整体 程序 产品 整车 整机
    现场 远程 售前 可靠性 功能 软硬件 电池 系统 站 智能 综合 工程 定期 年度 环境 能效 认证
    """.split()
)

# Where a list ends, or a sentence goes on about the product instead of naming a part of it.
PREDICATES = tuple("等 为主 于一体 为一体 已 实现 均 全部 主要 并 领域 用于 应用 广泛 占 属于 销量".split())

# 的 before these speaks of the firm: 能够生产靶材的企业.
FIRMS = tuple("企业 公司 厂家 厂商 龙头 高新技术企业 专业 民营 国有".split())

# Where the name of a firm ends; what stands behind says what kind of body it is (pattern).
NAME_END = r"(?:股份|集团|控股)?(?:有限)?(?:责任)?(?:公司|工厂|厂|店|部|铺|行|中心|门市|商行|经营部|工作室|合作社|站|社)$"
