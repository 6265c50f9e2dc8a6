"""Honest exports, written to the schemas that the apps and tools publish."""

import csv
import datetime as dt
import io
import json
from types import SimpleNamespace

import pytest

FIRST = [
    (11, 1735725600, "Газета", 5, "Сильный снегопад закрыл дороги в столицу"),
    (12, 1738404000, "Арна", 0, "Қалың қар астанаға апаратын жолдарды жауып тастады"),
    (13, 1743375600, "新华", 1234, "大雪封闭了通往首都的道路"),
    (14, 1743462000, "Daily", 7, 'Heavy snow closed\nthe roads, "again" & again; 100% ☃️'),
    (15, 1746082800, "الصحيفة", 3, "أغلقت الثلوج الكثيفة الطرق إلى العاصمة"),
]
POSTS = [dict(zip(("id", "unix", "author", "likes", "text"), post, strict=True)) for post in FIRST]


def moment(unix, form="%Y-%m-%d %H:%M:%S", hours=0):
    return (dt.datetime.fromtimestamp(unix, dt.UTC) + dt.timedelta(hours=hours)).strftime(form)


def telegram_chat(posts, name="Қар · Снег", kind="public_channel", number=1234567890, unixtime=True):
    messages = [
        {"id": 1, "type": "service", "date": "2025-01-01T00:00:00", "date_unixtime": "1735671600",
         "actor": name, "actor_id": f"channel{number}", "action": "create_channel", "text": "", "text_entities": []}
    ]  # fmt: skip
    for post in posts:
        first, _, rest = post["text"].partition(" ")
        link = {"type": "text_link", "text": rest, "href": f"https://example.org/{post['id']}"}
        messages.append(
            {
                "id": post["id"],
                "type": "message",
                "date": moment(post["unix"], "%Y-%m-%dT%H:%M:%S", hours=3),  # the exporting machine is in Moscow
                **({"date_unixtime": str(post["unix"])} if unixtime else {}),
                "from": post["author"],
                "from_id": f"channel{number}",
                "reactions": [{"type": "emoji", "count": post["likes"], "emoji": "👍"}],
                "text": [first + " ", link] if rest else post["text"],
                "text_entities": [{"type": "plain", "text": first + " "}, link],
            }
        )
    return {"name": name, "type": kind, "id": number, "messages": messages}


def telegram_export(posts=POSTS, **chat):
    return json.dumps(telegram_chat(posts, **chat), ensure_ascii=False, indent=1).encode()


def telegram_account(chats):
    about = "Here is the data you requested. Remember: Telegram is ad free."
    personal = {"user_id": 1, "first_name": "Алма", "username": "@alma", "bio": ""}
    whole = {"about": about, "personal_information": personal, "contacts": {"about": "", "list": []}}
    whole |= {"chats": {"about": 'This page lists "all" chats', "list": chats}, "left_chats": {"about": "", "list": []}}
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


def broken_utf8(text):
    """The bytes of UTF-8, written as Latin-1 characters."""
    return text.encode().decode("latin-1")


def instagram_export(posts=POSTS, wrapper=None):
    found = []
    for number, post in enumerate(posts):
        title, unix = broken_utf8(post["text"]), post["unix"]
        one = {"uri": f"media/posts/202501/{post['id']}.jpg", "creation_timestamp": unix, "media_metadata": {}}
        if number % 2:
            media = [one | {"title": ""}, one | {"uri": f"media/posts/202501/{post['id']}b.mp4", "title": ""}]
            found.append({"media": media, "title": title, "creation_timestamp": unix})
        else:
            found.append({"media": [one | {"title": title}]})
    return json.dumps({wrapper: found} if wrapper else found, indent=2).encode()  # ASCII, as Instagram writes it


def x_archive(posts=POSTS, name="tweets", part=0):
    tweets = [
        {
            "tweet": {
                "edit_info": {"initial": {"editTweetIds": [str(post["id"])]}},
                "retweeted": False,
                "entities": {"hashtags": [], "urls": [{"url": "https://t.co/a", "expanded_url": "https://example.org/a"}]},
                "favorite_count": str(post["likes"]),
                "id_str": str(1750000000000000000 + post["id"]),
                "id": str(1750000000000000000 + post["id"]),
                "retweet_count": "2",
                "created_at": moment(post["unix"], "%a %b %d %H:%M:%S +0000 %Y"),
                "full_text": post["text"].replace("&", "&amp;"),
                "lang": "und" if "☃" in post["text"] else "ru",
            }
        }
        for post in posts
    ]  # fmt: skip
    return f"window.YTD.{name}.part{part} = ".encode() + json.dumps(tweets, ensure_ascii=False, indent=2).encode()


def table(header, rows):
    out = io.StringIO(newline="")
    csv.writer(out).writerows([header, *rows])
    return out.getvalue().encode()


def crowdtangle_instagram(posts=POSTS, zone="EST", hours=-5):
    header = (
        "Account,User Name,Followers at Posting,Post Created,Post Created Date,Post Created Time,Type,"
        "Total Interactions,Likes,Comments,Views,URL,Link,Photo,Title,Description,Image Text,Sponsor Id,Sponsor Name,"
        "Overperforming Score"
    )
    rows = [
        [post["author"], post["author"].lower(), "10200", f"{moment(post['unix'], hours=hours)} {zone}",
         moment(post["unix"], "%Y-%m-%d", hours), moment(post["unix"], "%H:%M:%S", hours), "Photo",
         f"{post['likes']:,}", post["likes"], "0", "0", f"https://www.instagram.com/p/{post['id']}/",
         f"https://www.instagram.com/p/{post['id']}/", "https://scontent.example/p.jpg", "", post["text"],
         "", "", "", "1.25"]
        for post in posts
    ]  # fmt: skip
    return b"\xef\xbb\xbf" + table(header.split(","), rows)


FACEBOOK = (
    "Page Name,User Name,Facebook Id,Page Category,Page Admin Top Country,Page Description,Page Created,"
    "Likes at Posting,Followers at Posting,Post Created,Post Created Date,Post Created Time,Type,"
    "Total Interactions,Likes,Comments,Shares,Love,Wow,Haha,Sad,Angry,Care,Video Share Status,Is Video Owner?,"
    "Post Views,Total Views,Total Views For All Crossposts,Video Length,URL,Message,Link,Final Link,Image Text,"
    "Link Text,Description,Sponsor Id,Sponsor Name,Sponsor Category"
)


def crowdtangle_facebook(posts=POSTS):
    header = FACEBOOK.split(",")
    rows = []
    for post in posts:
        cells = dict.fromkeys(header, "")
        cells |= {"Page Name": post["author"], "Facebook Id": "100044", "Type": "Link", "Message": post["text"]}
        cells |= {"Post Created": f"{moment(post['unix'], hours=-4)} EDT", "Total Interactions": f"{post['likes']:,}"}
        cells |= {"Likes": post["likes"], "Comments": 0, "URL": f"https://www.facebook.com/1/posts/{post['id']}"}
        cells |= {"Link Text": "A headline from elsewhere that is longer than the post itself and no part of it"}
        rows.append([cells[name] for name in header])
    return table(header, rows)


FOURCAT = {
    "instagram": "id,post_source_domain,thread_id,parent_id,body,author,author_fullname,author_avatar_url,timestamp,"
    "type,url,image_url,media_url,hashtags,num_likes,num_comments,num_media,location_name,unix_timestamp",
    "telegram": "id,thread_id,chat,author,author_username,author_name,author_is_bot,body,reply_to,views,timestamp,"
    "unix_timestamp,timestamp_edited,unix_timestamp_edited,author_forwarded_from_name,attachment_type",
    "twitter": "id,thread_id,timestamp,unix_timestamp,link,body,author,author_fullname,author_id,source,language_guess,"
    "retweet_count,reply_count,like_count,quote_count,is_retweet,hashtags,urls",
    "tiktok": "id,thread_id,author,author_full,author_followers,subject,body,timestamp,is_harmful,music_name,"
    "video_url,tiktok_url,amount_likes,amount_comments,amount_shares,amount_plays,hashtags",
    "vk": "id,thread_id,timestamp,unix_timestamp,link,item_type,body,author_id,author_type,author_screen_name,"
    "author_name,in_reply_to_user,views,likes,post_comments,subject",
}
"""Headings of 4CAT's data sets by platform."""


def fourcat(posts=POSTS, platform="instagram"):
    header = FOURCAT[platform].split(",")
    rows = []
    for post in posts:
        cells = dict.fromkeys(header, "")
        cells |= {"id": post["id"], "thread_id": post["id"], "body": post["text"], "timestamp": moment(post["unix"])}
        cells |= {"unix_timestamp": post["unix"], "author": "4711" if platform == "telegram" else post["author"]}
        cells |= {"author_username": post["author"], "author_screen_name": post["author"], "language_guess": "ru"}
        cells |= dict.fromkeys(("num_likes", "views", "like_count", "amount_likes", "likes"), post["likes"])
        rows.append([cells[name] for name in header])
    return table(header, rows)


BUILDERS = {
    "telegram": telegram_export,
    "telegram account": lambda posts=POSTS: telegram_account([telegram_chat(posts)]),
    "instagram": instagram_export,
    "x": x_archive,
    "crowdtangle instagram": crowdtangle_instagram,
    "crowdtangle facebook": crowdtangle_facebook,
    "4cat": fourcat,
}
"""One way to write posts for each export that can be read."""


@pytest.fixture(scope="session")
def exports():
    """Everything above: ``exports.POSTS``, ``exports.BUILDERS["telegram"](posts) -> bytes`` and the rest."""
    makers = (telegram_chat, telegram_export, telegram_account, instagram_export, x_archive, fourcat)
    makers += (crowdtangle_instagram, crowdtangle_facebook)
    return SimpleNamespace(POSTS=POSTS, BUILDERS=BUILDERS, **{maker.__name__: maker for maker in makers})


@pytest.fixture(params=sorted(BUILDERS))
def export(request):
    """Bytes of one honest export of five posts in five languages, of each format in turn."""
    return BUILDERS[request.param]()
