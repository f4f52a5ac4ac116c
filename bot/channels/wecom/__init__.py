"""WeCom's two doors: the self-built app, where staff are, and 微信客服 (KF), where citizens write from WeChat.

What comes in is verified and decrypted (`crypto`, `envelope`), then understood (`app_ears`, `kf_ears`); none of that
touches the world. Vendor pages are cited as path/N: developer.work.weixin.qq.com/document/path/N.
"""
