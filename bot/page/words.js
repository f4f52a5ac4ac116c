/* Every word the page itself says, in both languages. {} is filled in. The conversation's words come from the server. */
window.xiezhi = {
  words: {
    zh: {
      title: '打私举报', staffTitle: '工作台', leave: '离开并清除', sure: '再按一次清除', unwritten: '查询密码还在这一页：没记下的，清除后就再也打不开了。记下了，再按一次清除。', logout: '退出', phones: '电话', police: '遇险报警',
      log: '对话', intro: '不用注册，不留姓名；关闭网页后，这台设备上不留对话。', staff: '工作人员登录', code: '一次性登录码', enter: '登录',
      back: '不是工作人员，返回', newer: '新消息', draft: '举报还没有提交', unfiled: '填的还没有交上去', locate: '发送我的位置', attach: '附件', attachLong: '添加照片、视频或文件',
      write: '写下您想说的', send: '发送', lost: '连接断开，正在重连…', queued: '等待发送', sending: '正在发送…', sent: '已送达',
      waiting: '还没送达，会自动再试', again: '重发', edit: '改后再发', cancel: '取消', cancelled: '已取消', gone: '（已删除）', uploading: '正在上传 {}%',
      checking: '已上传，正在检查…', tooBig: '“{}”超过 {} MB，没有上传。可以压缩后再传，或分几段拍。', empty: '“{}”是空文件，没有上传。',
      place: '位置 {}（误差约 {} 米）', noPlace: '这台设备没有给出位置，请用文字写明地点。', locating: '正在定位…',
      refused: '没有收下，请稍后再试。', restarted: '上一段对话已结束，现在是新的对话。', expired: '登录已过期，请重新登录。',
      replace: '{} 已在这台设备上登录。换成这个链接里的人，点“登录”，原来的人会退出；不换，点“返回”。', stay: '返回，不换人', opened: '打开链接',
      replaced: '这台设备上换了人登录，这里已退出。', you: '您', us: '平台',
      cleared: '已清除', history: '浏览器的历史记录里可能还有这个网址，可自行删除。', blank: '打开空白页'
    },
    en: {
      title: 'Tip-offs', staffTitle: 'Desk', leave: 'Leave & erase', sure: 'Press again', unwritten: 'The password is still on this page: if it is not noted, the tip can never be opened again. If it is, press once more.', logout: 'Log out', phones: 'Telephone',
      police: 'Police', log: 'Conversation', intro: 'No account, no name. Close the page and nothing stays on this device.',
      staff: 'Staff login', code: 'One-time code', enter: 'Log in', back: 'Not staff: go back', newer: 'New messages',
      draft: 'This tip is not submitted yet', unfiled: 'Not handed in yet', locate: 'Send my location', attach: 'Attach', attachLong: 'Add photos, videos or files', write: 'Write here',
      send: 'Send', lost: 'Connection lost, reconnecting…', queued: 'Waiting', sending: 'Sending…', sent: 'Delivered',
      waiting: 'Not delivered yet, will try again', again: 'Send again', edit: 'Edit', cancel: 'Cancel', cancelled: 'Cancelled', gone: '(erased)',
      uploading: 'Uploading {}%', checking: 'Uploaded, being checked…', tooBig: '“{}” is over {} MB and was not sent. Compress it or film shorter parts.',
      empty: '“{}” is an empty file and was not sent.', place: 'Location {} (within about {} m)',
      noPlace: 'This device gave no location. Please describe the place in words.', locating: 'Locating…',
      refused: 'Not accepted. Please try again later.', restarted: 'The earlier conversation has ended. This is a new one.',
      expired: 'Your login has expired. Please log in again.',
      replace: '{} is logged in on this device. To let in whom this link is for, press “Log in”: the other is logged out. Else go back.',
      stay: 'Go back, change nothing', opened: 'Open the link', replaced: 'Somebody else has logged in on this device; you are logged out here.', you: 'You', us: 'The office', cleared: 'Erased',
      history: 'The address may still be in the browser’s history; you can delete it there.', blank: 'Open a blank page'
    }
  }
};
