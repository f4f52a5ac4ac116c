"""Whether somebody asks what the law says, or what there is to know, or tells of something that happened: a question is no story,
and a story may end in one. Where it is not plain it is a story: that is asked about, and a question can be asked once more."""

import re
import unicodedata

from rules.asks import SURNAMES
from rules.expressions import expression
from rules.marks import LINK, PARCEL, PHONE, PLATE, happening_now

LONGEST = 40  # characters of a question; twice as many in English

# What asks, wherever it stands.
_ASKS = expression(
    r"[?？]\s*$|[吗么嘛呢]\W*$|什么|啥|哪[些里儿个种一]|怎么|咋|怎样|如何|多少|几[年个条种支万元级岁]|多久|多[高重大]|为什么|为何|谁"
    r"|能不能|可不可以|会不会|要不要|是不是|算不算|有没有|犯不犯|违不违|合不合|行不行|可不可|区别|的后果|的危害|的规定|的案例"
    r"|(?:违|犯)法不|合法不"
    r"|^\W*(?:what|which|how|why|when|where|who|is|are|can|may|does|do|must|should|will)\b",
    re.IGNORECASE,
)
# 了解假烟, 查电子烟: a wish to read, and of what. 查获, 查封 and 了解到 tell.
_WISHES = expression(
    r"(?:我|请|帮我|想|要|能|给我|麻烦)*(?:了解|学习|学学|知道|介绍|讲讲|讲一讲|说说|科普|看看|查看|搜索|搜|查找|查询|查|找)"
    r"(?:一下|一查|下|看看)?(?![获封扣处抄完到出过实明验]|到|过|了|办)[\s:：,，]*(\S.{0,15})"
    r"|(?:search|find|learn|read)(?: (?:for|about|more about))?\s+(\S.{0,30})",
    re.IGNORECASE,
)
# What is told of somebody, somewhere, at some time, or of what was seen.
_TELLS = expression(
    r"有(?:人|个|一|辆|家|条船|艘|批|伙|台|几个|几辆|几家|两|三|好多|很多|不少|大量|车|船|店)|(?:那|这|某|一)(?:个|家|辆|艘|批|伙|些|条|间|户|边|里)"
    r"|[他她]|(?:那|这)(?:人|车|船|店)|老板|店主|邻居|隔壁|亲戚|朋友|同事|同学|老乡|村民|某某|[\u4e00-\u9fff]某|对面|楼[上下]|附近|路口|门口|村口|门面"
    r"|(?:我|俺|咱)(?:们?(?:家|村|镇|这|那|单位|公司|厂|店|小区|亲眼|昨|今|刚|有|要举报|想举报|来举报|要反映|想反映|要投诉)|看|见|发现|听|闻|拍|遇|碰|怀疑|买[到了]|收到|知道(?=[^\s怎什多如哪]))"
    r"|看[到见]|发现了?(?=[^怎如])|听[说到见]|昨|前[天晚]|今[天早晚]|刚[才刚]|半夜|夜里|深夜|凌晨|傍晚|每[天晚周月]|天天|经常|一直|长期|上(?:周|个月|星期)|最近(?!有(?:什么|啥|哪些|没有))|现在|正在|还在"
    r"|\d+\s*[点号日月时](?!支)|地[点址][是在:：]|位置[是在:：]|就?在(?!哪|哪里|哪儿|什么|网上|家)[^\s，,。]{0,12}(?:村|镇|街|路|巷|店|市场|码头|仓库|门|旁|里|港|场|站|楼|处|学校|超市|边)"
    rf"|[东南西北](?:门|街|路|头|边|面)|(?:老[{SURNAMES}]|[{SURNAMES}][老哥姐总])"
    r"|(?:码头|仓库|粮仓|市场|渔港|口岸|大街|[镇村])(?:上|里|那|边)?(?:在|卸|装|卖|运|藏|存|的)"
    r"|没人|你们[^，,。]{0,5}[管查来去抓看]|[\u4e00-\u9fff]{2}(?:超市|商店|商行|烟酒店|便利店|小卖部|饭店|公司|加油站|街|巷)"
    r"|[\u4e00-\u9fff]{2}(?:(?<![公铁道马水海])路|(?<!乡)镇|(?<!农)村)|\b(?:somebody|someone|there (?:is|are|was|were)|a man|men|he|she|they|my|our|saw|seen|yesterday|last night|tonight|near|behind|opposite|right now)\b",
    re.IGNORECASE,
)
# What only frames a question: what is left is what it asks about.
_FRAME = expression(
    r"^(?:你好|您好|请问|问一下|想问|我想|想|咨询|我)+|最[近新]|归?谁管|怎么处理|没有?|不|一次|贩|什么(?:是|叫|时候|意思)|(?:是|指|叫|有)?什么(?:意思|样(?:的|子)?)?|(?:是|叫)?啥(?:意思)?|到底|哪些|哪里|哪儿|哪个|哪种|怎么样?|咋样?|怎样|如何|多少|多久|多[高重大]"
    r"|为什么|为何|能不能|可不可以|会不会|要不要|是不是|算不算|有没有|犯不犯法?|违不违法|合不合法|可以|允许|需要|属于|能|会|要|算|是|有|吗|么|嘛|呢|啊|呀|吧|被"
    r"|(?:一下)?(?:处罚|罚款?|判刑?|坐牢|蹲监|抓)(?:多少|几)?[年钱]?|几[年个条种支万元级岁]|(?:违|犯)法不?|犯罪|合法不?|[认辨分识鉴看]别|辨认|认出来|分辨|区分|认|辨|鉴定|真假(?!烟)"
    r"|(?<!专)卖(?!部)|买|抽|吸|运输|运|携带|带|进口|持有|存|办理?|危害|后果|区别|特征|[和与跟的之]|[0-9]+|[，,。.?？!！、:：“”\"]"
    r"|\b(?:what|which|how|why|when|where|who|is|are|can|may|does|do|must|should|will|it|the|a|an|to|for|of|i|you|we|one|if|and|in|legal|illegal|allowed|against|law|crime|punishment|penalty|fine|sell(?:ing)?|buy(?:ing)?|recogni[sz]e|tell|mean|happens?|about|get|much|many)\b",
    re.IGNORECASE,
)


def asks(text: str) -> bool:
    """A question about the law or about goods, by itself."""
    words = _plain(text)
    fits = 2 < len(words) <= LONGEST * (1 + words.isascii()) and "\n" not in words
    return fits and not tells(words) and bool(_ASKS.search(words) or _WISHES.fullmatch(words))


def tells(words: str) -> bool:
    marked = any(one.search(words.upper()) for one in (PLATE, PHONE, PARCEL)) or LINK.search(words)
    return bool(marked or _TELLS.search(words) or happening_now(words))


def about(text: str) -> str:
    """What is asked about: its words, with blanks between."""
    words = _plain(text)
    wish = _WISHES.fullmatch(words)
    left = _FRAME.sub(" ", (wish[1] or wish[2]) if wish else words)
    return " ".join(left.split())


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip()
