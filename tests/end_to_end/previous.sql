-- A database as the program of commit cac564b left it when it was killed: made once by playing dialogues with that
-- program, with its own desk, workers and suppliers' stand-ins, on 1 Mar 2026 around 04:10. Never edited: it is what was.
BEGIN TRANSACTION;
CREATE TABLE balances (
    account TEXT NOT NULL PRIMARY KEY,
    amount TEXT NOT NULL,
    unit TEXT NOT NULL,
    read_at BIGINT NOT NULL,
    below BIGINT NOT NULL
);
INSERT INTO "balances" VALUES('guoguo','812.50','points',1772338212000000,0);
CREATE TABLE catalogues (
    account TEXT NOT NULL PRIMARY KEY,
    edition BIGINT NOT NULL,
    size BIGINT NOT NULL,
    groups TEXT NOT NULL,
    digest TEXT NOT NULL,
    read_at BIGINT NOT NULL,
    tried_at BIGINT NOT NULL,
    failures BIGINT NOT NULL,
    error TEXT NOT NULL
);
INSERT INTO "catalogues" VALUES('citiesocial',1772337600000000,3,'[["29a664396b", "Example Tea", 1], ["119528ad80", "435001", 2]]','e3b259ce5d0a08ad0327d967f7cc08824264cbe78630b890a9b3131f19dda0c0',1772337600000000,1772337600000000,0,'');
CREATE TABLE conversations (
    chat_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    state TEXT NOT NULL,
    waiting TEXT NOT NULL,
    changed_at BIGINT NOT NULL,
    PRIMARY KEY (chat_id, user_id)
);
INSERT INTO "conversations" VALUES(111111111,111111111,'{"phase":"naming an order","draft":null,"naming":{"reference":"1003","attempts":1,"account":"gifts","resumes":"idle","number":"2026030112000000000001"}}','{"reference": "1003", "attempts": 1, "number": "2026030112000000000001"}',1772338208000000);
INSERT INTO "conversations" VALUES(222222222,222222222,'{"phase":"naming an order","draft":null,"naming":{"reference":"1004","attempts":1,"account":"citiesocial","resumes":"idle","number":""}}','',1772338208000000);
INSERT INTO "conversations" VALUES(401,401,'{"phase":"asking","draft":{"id":"f8f16af1","account":"guoguo","form_version":"857ab1887669","revision":3,"answers":{"product_id":"9c07a89a-0994-4f35-98a7-1b922b5c8331","product":{"title":"Instagram fans","price":"12","unit":"","minimum":1,"maximum":100000,"stock":null,"read_at":1772338208000000,"kept":false,"checked":true,"category":"instagram_fans","kind":"default"},"link":"https://example.com/posts/abc123"},"at":["quantity"],"purpose":"change","page":0,"editing":false,"before":null,"doubted":null,"source":null,"retry":null,"browse":null,"wanted":"","alike":null},"naming":null}','',1772338208000000);
INSERT INTO "conversations" VALUES(402,402,'{"phase":"checking","draft":{"id":"a203a531","account":"guoguo","form_version":"857ab1887669","revision":1,"answers":{"product_id":"9c07a89a-0994-4f35-98a7-1b922b5c8331"},"at":["product_id"],"purpose":"change","page":0,"editing":false,"before":{},"doubted":null,"source":null,"retry":null,"browse":null,"wanted":"","alike":null},"naming":null}','{"account": "guoguo", "draft": "a203a531", "revision": 1, "into": "product", "value": "9c07a89a-0994-4f35-98a7-1b922b5c8331"}',1772338208000000);
INSERT INTO "conversations" VALUES(403,403,'{"phase":"listing","draft":{"id":"f9e7bf84","account":"gifts","form_version":"a5a7e97ed0ec","revision":11,"answers":{"product_id":"614","gift":null,"product_number":"1","remark":"易碎","source":"taobao","recipients":[{"consignee":"王小明","mobile":"13800000000","province":"浙江省","city":"杭州市","district":"余杭区","address":"文一路1号","platform_order_sn":null}]},"at":["recipients"],"purpose":"change","page":0,"editing":false,"before":null,"doubted":null,"source":null,"retry":null,"browse":null,"wanted":"","alike":null},"naming":null}','',1772338208000000);
INSERT INTO "conversations" VALUES(404,404,'{"phase":"picking item","draft":{"id":"21ba21c9","account":"gifts","form_version":"a5a7e97ed0ec","revision":20,"answers":{"product_id":"614","gift":null,"product_number":"1","remark":"易碎","source":"taobao","recipients":[{"consignee":"王小明","mobile":"13800000000","province":"浙江省","city":"杭州市","district":"余杭区","address":"文一路1号","platform_order_sn":null},{"consignee":"李小红","mobile":"13900000000","province":"浙江省","city":"宁波市","district":"海曙区","address":"中山路2号","platform_order_sn":null}]},"at":["recipients"],"purpose":"change","page":0,"editing":false,"before":null,"doubted":null,"source":null,"retry":null,"browse":null,"wanted":"","alike":null},"naming":null}','',1772338208000000);
INSERT INTO "conversations" VALUES(405,405,'{"phase":"reviewing","draft":{"id":"17c805a2","account":"citiesocial","form_version":"c72e0d59bfb9","revision":13,"answers":{"items":[{"variant_id":"123450001","variant":{"title":"Canvas tote - Natural","price":"10","unit":"","minimum":null,"maximum":null,"stock":50,"kept":false,"checked":true,"product_id":"435100101","read_at":1772337600000000},"quantity":"2"}],"email":"staff@example.com","first_name":"小明","last_name":"王","title":null,"zip":"100","city":"台北市","address1":"中正區","address2":"八德路一段1號","phone":"0912345678","transaction_amount":"20"},"at":[],"purpose":"change","page":0,"editing":false,"before":null,"doubted":null,"source":null,"retry":null,"browse":null,"wanted":"","alike":null},"naming":null}','',1772338208000000);
INSERT INTO "conversations" VALUES(406,406,'{"phase":"picking field","draft":{"id":"1d8e8421","account":"gifts","form_version":"a5a7e97ed0ec","revision":15,"answers":{"product_id":"614","gift":null,"product_number":"1","remark":"易碎","source":"taobao","recipients":[{"consignee":"王小明","mobile":"13800000000","province":"浙江省","city":"杭州市","district":"余杭区","address":"文一路1号","platform_order_sn":null}],"sender":null},"at":[],"purpose":"change","page":0,"editing":false,"before":null,"doubted":null,"source":null,"retry":null,"browse":null,"wanted":"","alike":null},"naming":null}','',1772338208000000);
INSERT INTO "conversations" VALUES(408,408,'{"phase":"idle","draft":null,"naming":null}','',1772338209000000);
INSERT INTO "conversations" VALUES(407,407,'{"phase":"idle","draft":null,"naming":null}','',1772338210000000);
CREATE TABLE failed_updates (
    update_id BIGINT NOT NULL PRIMARY KEY,
    tries BIGINT NOT NULL,
    error TEXT NOT NULL,
    raw TEXT NOT NULL,
    failed_at BIGINT NOT NULL
);
INSERT INTO "failed_updates" VALUES(990,1,'KeyError: ''made up''','{"update_id": 990}',1772338208000000);
CREATE TABLE inquiries (
    chat_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    reference TEXT NOT NULL,
    query TEXT NOT NULL,
    on_card BIGINT NOT NULL,
    asked_at BIGINT NOT NULL,
    PRIMARY KEY (chat_id, user_id, reference, query, on_card)
);
INSERT INTO "inquiries" VALUES(407,407,'1001','',0,1772338208000000);
INSERT INTO "inquiries" VALUES(407,407,'','55555',0,1772338208000000);
CREATE TABLE migrations (name TEXT PRIMARY KEY, checksum TEXT NOT NULL, applied_at BIGINT NOT NULL);
INSERT INTO "migrations" VALUES('0001_first','ccb73b19b5ce405ae1a8a1d48be8cf8ea292be961ff08d5855e7725bab5990c9',1790000000000000);
INSERT INTO "migrations" VALUES('0002_certainty','0eb9c610bfed3afd5035b5ea36b8c5e99000a32aa03f2127c4d16ec68e5edac6',1790000000000000);
INSERT INTO "migrations" VALUES('0003_progress','53f5431f2164f7bf97dba1f0e2ac535f33f675953ea53198da8c33261f53050f',1790000000000000);
INSERT INTO "migrations" VALUES('0004_listing','95c4eaa589ac8eed621786ab895847f8581241dbb7dbd3ca93074dd47dfdec8d',1790000000000000);
INSERT INTO "migrations" VALUES('0005_catalogue','230771cf3d118b13c3f93a9a333fa49765bcabf451ac7367c4d7388761f1c278',1790000000000000);
INSERT INTO "migrations" VALUES('0006_balance','ecef8596471d7fb386694799497aa6c3a29c93e3a97031b00b5279e62a8f8df6',1790000000000000);
CREATE TABLE order_guards (
    account TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    reference TEXT NOT NULL,
    until BIGINT NOT NULL,
    PRIMARY KEY (account, fingerprint)
);
INSERT INTO "order_guards" VALUES('guoguo','5ad1eaffb682e60e4c820556bcf2a7ac3dace9236d49c742559b31f3b9e4fe64','1001',1772341200000000);
INSERT INTO "order_guards" VALUES('gifts','6b7e831c9f8d3aeda435e68af1e4662cde2041a687c8ecd4c38c9e1c4a4bd13f','1003',9223372036854775807);
INSERT INTO "order_guards" VALUES('citiesocial','70f4b8bdb9f71ecfb2248c80646a864364bb279e1f43497f4da594fc964967b1','1004',9223372036854775807);
INSERT INTO "order_guards" VALUES('shop','aa4c14e7cf1e32655a5f60caf5912378483e7d97f6d4146e4ba64b53123ebc3f','1005',1772341204000000);
INSERT INTO "order_guards" VALUES('citiesocial','bffa2783a1991f43b1b2a1de440c1e86cb9f6dc682f5d2f25d7e60b28f90098a','1007',9223372036854775807);
INSERT INTO "order_guards" VALUES('shop','2532405e05f62bcefda60484d23b7ab331f9c62888c968a0451a8a319b9e6827','1008',9223372036854775807);
CREATE TABLE order_history (
    reference TEXT NOT NULL REFERENCES orders (reference),
    n BIGINT NOT NULL,
    attempt BIGINT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    user_id BIGINT,
    user_name TEXT NOT NULL,
    PRIMARY KEY (reference, n)
);
INSERT INTO "order_history" VALUES('1001',1,1,1772337600000000,'balance','{"amount": "1000000000"}',NULL,'');
INSERT INTO "order_history" VALUES('1003',1,1,1772337602000000,'ended','{"sent_at": 1772337602000000, "outcome": {"code": "line_dropped", "said": "", "params": {"error": "RemoteProtocolError"}, "fields": [], "remarks": []}}',NULL,'');
INSERT INTO "order_history" VALUES('1004',1,1,1772337603000000,'ended','{"sent_at": 1772337603000000, "outcome": {"code": "line_dropped", "said": "", "params": {"error": "RemoteProtocolError"}, "fields": [], "remarks": []}}',NULL,'');
INSERT INTO "order_history" VALUES('1006',1,1,1772337605000000,'stop','{}',402,'Ben');
INSERT INTO "order_history" VALUES('1003',2,1,1772337608000000,'look-up','{"result": "failed", "code": "list_not_read", "said": "", "candidates": [], "signals": [], "balance": ""}',NULL,'');
CREATE TABLE order_names (
    name TEXT NOT NULL,
    reference TEXT NOT NULL REFERENCES orders (reference),
    PRIMARY KEY (name, reference)
);
INSERT INTO "order_names" VALUES('6a251535-3315-5e67-baa5-0644f253b7c6','1001');
INSERT INTO "order_names" VALUES('ORD-202603010001','1001');
INSERT INTO "order_names" VALUES('202603011200040046','1005');
CREATE TABLE order_numbers (
    account TEXT NOT NULL,
    number TEXT NOT NULL,
    reference TEXT NOT NULL REFERENCES orders (reference),
    PRIMARY KEY (account, number)
);
INSERT INTO "order_numbers" VALUES('guoguo','ORD-202603010001','1001');
INSERT INTO "order_numbers" VALUES('shop','202603011200040046','1005');
CREATE TABLE order_parts (
    part TEXT NOT NULL,
    reference TEXT NOT NULL,
    PRIMARY KEY (part, reference)
) WITHOUT ROWID;
INSERT INTO "order_parts" VALUES('-0644f253b7c','1001');
INSERT INTO "order_parts" VALUES('-20260301000','1001');
INSERT INTO "order_parts" VALUES('-3315-5e67-b','1001');
INSERT INTO "order_parts" VALUES('-5e67-baa5-0','1001');
INSERT INTO "order_parts" VALUES('-baa5-0644f2','1001');
INSERT INTO "order_parts" VALUES('.com/posts/a','1001');
INSERT INTO "order_parts" VALUES('/abc123','1001');
INSERT INTO "order_parts" VALUES('/posts/abc12','1001');
INSERT INTO "order_parts" VALUES('000','1003');
INSERT INTO "order_parts" VALUES('0000','1003');
INSERT INTO "order_parts" VALUES('00000','1003');
INSERT INTO "order_parts" VALUES('000000','1003');
INSERT INTO "order_parts" VALUES('0000000','1003');
INSERT INTO "order_parts" VALUES('00000000','1003');
INSERT INTO "order_parts" VALUES('0001','1001');
INSERT INTO "order_parts" VALUES('00040046','1005');
INSERT INTO "order_parts" VALUES('001','1001');
INSERT INTO "order_parts" VALUES('002','1002');
INSERT INTO "order_parts" VALUES('003','1003');
INSERT INTO "order_parts" VALUES('004','1004');
INSERT INTO "order_parts" VALUES('0040046','1005');
INSERT INTO "order_parts" VALUES('0046','1005');
INSERT INTO "order_parts" VALUES('005','1005');
INSERT INTO "order_parts" VALUES('006','1006');
INSERT INTO "order_parts" VALUES('007','1007');
INSERT INTO "order_parts" VALUES('008','1008');
INSERT INTO "order_parts" VALUES('010001','1001');
INSERT INTO "order_parts" VALUES('011200040046','1005');
INSERT INTO "order_parts" VALUES('02603010001','1001');
INSERT INTO "order_parts" VALUES('026030112000','1005');
INSERT INTO "order_parts" VALUES('03010001','1001');
INSERT INTO "order_parts" VALUES('030112000400','1005');
INSERT INTO "order_parts" VALUES('040046','1005');
INSERT INTO "order_parts" VALUES('046','1005');
INSERT INTO "order_parts" VALUES('0644f253b7c6','1001');
INSERT INTO "order_parts" VALUES('0912345678','1004');
INSERT INTO "order_parts" VALUES('0912345678','1007');
INSERT INTO "order_parts" VALUES('10001','1001');
INSERT INTO "order_parts" VALUES('1001','1001');
INSERT INTO "order_parts" VALUES('1002','1002');
INSERT INTO "order_parts" VALUES('1003','1003');
INSERT INTO "order_parts" VALUES('1004','1004');
INSERT INTO "order_parts" VALUES('1005','1005');
INSERT INTO "order_parts" VALUES('1006','1006');
INSERT INTO "order_parts" VALUES('1007','1007');
INSERT INTO "order_parts" VALUES('1008','1008');
INSERT INTO "order_parts" VALUES('11200040046','1005');
INSERT INTO "order_parts" VALUES('1200040046','1005');
INSERT INTO "order_parts" VALUES('123','1001');
INSERT INTO "order_parts" VALUES('12345678','1004');
INSERT INTO "order_parts" VALUES('12345678','1007');
INSERT INTO "order_parts" VALUES('13800000000','1003');
INSERT INTO "order_parts" VALUES('15-5e67-baa5','1001');
INSERT INTO "order_parts" VALUES('1535-3315-5e','1001');
INSERT INTO "order_parts" VALUES('200040046','1005');
INSERT INTO "order_parts" VALUES('202603010001','1001');
INSERT INTO "order_parts" VALUES('202603011200','1005');
INSERT INTO "order_parts" VALUES('2345678','1004');
INSERT INTO "order_parts" VALUES('2345678','1007');
INSERT INTO "order_parts" VALUES('251535-3315-','1001');
INSERT INTO "order_parts" VALUES('253b7c6','1001');
INSERT INTO "order_parts" VALUES('2603010001','1001');
INSERT INTO "order_parts" VALUES('260301120004','1005');
INSERT INTO "order_parts" VALUES('3010001','1001');
INSERT INTO "order_parts" VALUES('301120004004','1005');
INSERT INTO "order_parts" VALUES('315-5e67-baa','1001');
INSERT INTO "order_parts" VALUES('3315-5e67-ba','1001');
INSERT INTO "order_parts" VALUES('345678','1004');
INSERT INTO "order_parts" VALUES('345678','1007');
INSERT INTO "order_parts" VALUES('35-3315-5e67','1001');
INSERT INTO "order_parts" VALUES('3800000000','1003');
INSERT INTO "order_parts" VALUES('3b7c6','1001');
INSERT INTO "order_parts" VALUES('40046','1005');
INSERT INTO "order_parts" VALUES('44f253b7c6','1001');
INSERT INTO "order_parts" VALUES('45678','1004');
INSERT INTO "order_parts" VALUES('45678','1007');
INSERT INTO "order_parts" VALUES('4f253b7c6','1001');
INSERT INTO "order_parts" VALUES('5-0644f253b7','1001');
INSERT INTO "order_parts" VALUES('5-3315-5e67-','1001');
INSERT INTO "order_parts" VALUES('5-5e67-baa5-','1001');
INSERT INTO "order_parts" VALUES('51535-3315-5','1001');
INSERT INTO "order_parts" VALUES('535-3315-5e6','1001');
INSERT INTO "order_parts" VALUES('53b7c6','1001');
INSERT INTO "order_parts" VALUES('5678','1004');
INSERT INTO "order_parts" VALUES('5678','1007');
INSERT INTO "order_parts" VALUES('5e67-baa5-06','1001');
INSERT INTO "order_parts" VALUES('603010001','1001');
INSERT INTO "order_parts" VALUES('603011200040','1005');
INSERT INTO "order_parts" VALUES('644f253b7c6','1001');
INSERT INTO "order_parts" VALUES('67-baa5-0644','1001');
INSERT INTO "order_parts" VALUES('678','1004');
INSERT INTO "order_parts" VALUES('678','1007');
INSERT INTO "order_parts" VALUES('6a251535-331','1001');
INSERT INTO "order_parts" VALUES('7-baa5-0644f','1001');
INSERT INTO "order_parts" VALUES('7c6','1001');
INSERT INTO "order_parts" VALUES('800000000','1003');
INSERT INTO "order_parts" VALUES('912345678','1004');
INSERT INTO "order_parts" VALUES('912345678','1007');
INSERT INTO "order_parts" VALUES('a251535-3315','1001');
INSERT INTO "order_parts" VALUES('a5-0644f253b','1001');
INSERT INTO "order_parts" VALUES('aa5-0644f253','1001');
INSERT INTO "order_parts" VALUES('abc123','1001');
INSERT INTO "order_parts" VALUES('ample.com/po','1001');
INSERT INTO "order_parts" VALUES('b7c6','1001');
INSERT INTO "order_parts" VALUES('baa5-0644f25','1001');
INSERT INTO "order_parts" VALUES('bc123','1001');
INSERT INTO "order_parts" VALUES('c123','1001');
INSERT INTO "order_parts" VALUES('com/posts/ab','1001');
INSERT INTO "order_parts" VALUES('d-2026030100','1001');
INSERT INTO "order_parts" VALUES('e.com/posts/','1001');
INSERT INTO "order_parts" VALUES('e67-baa5-064','1001');
INSERT INTO "order_parts" VALUES('example.com/','1001');
INSERT INTO "order_parts" VALUES('f253b7c6','1001');
INSERT INTO "order_parts" VALUES('le.com/posts','1001');
INSERT INTO "order_parts" VALUES('m/posts/abc1','1001');
INSERT INTO "order_parts" VALUES('mple.com/pos','1001');
INSERT INTO "order_parts" VALUES('om/posts/abc','1001');
INSERT INTO "order_parts" VALUES('ord-20260301','1001');
INSERT INTO "order_parts" VALUES('osts/abc123','1001');
INSERT INTO "order_parts" VALUES('ple.com/post','1001');
INSERT INTO "order_parts" VALUES('posts/abc123','1001');
INSERT INTO "order_parts" VALUES('rd-202603010','1001');
INSERT INTO "order_parts" VALUES('s/abc123','1001');
INSERT INTO "order_parts" VALUES('sts/abc123','1001');
INSERT INTO "order_parts" VALUES('ts/abc123','1001');
INSERT INTO "order_parts" VALUES('xample.com/p','1001');
INSERT INTO "order_parts" VALUES('小明','1003');
INSERT INTO "order_parts" VALUES('小明','1004');
INSERT INTO "order_parts" VALUES('小明','1007');
INSERT INTO "order_parts" VALUES('小明王','1004');
INSERT INTO "order_parts" VALUES('小明王','1007');
INSERT INTO "order_parts" VALUES('明王','1004');
INSERT INTO "order_parts" VALUES('明王','1007');
INSERT INTO "order_parts" VALUES('王小明','1003');
INSERT INTO "order_parts" VALUES('王小明','1004');
INSERT INTO "order_parts" VALUES('王小明','1007');
CREATE TABLE order_words (
    reference TEXT NOT NULL PRIMARY KEY REFERENCES orders (reference),
    own TEXT NOT NULL,
    personal TEXT NOT NULL
);
INSERT INTO "order_words" VALUES('1001','["1001", "ORD-202603010001", "6a251535-3315-5e67-baa5-0644f253b7c6"]','["https://example.com/posts/abc123"]');
INSERT INTO "order_words" VALUES('1002','["1002"]','[]');
INSERT INTO "order_words" VALUES('1003','["1003"]','["王小明", "13800000000"]');
INSERT INTO "order_words" VALUES('1004','["1004"]','["小明王", "王小明", "0912345678"]');
INSERT INTO "order_words" VALUES('1005','["1005", "202603011200040046"]','[]');
INSERT INTO "order_words" VALUES('1006','["1006"]','[]');
INSERT INTO "order_words" VALUES('1007','["1007"]','["小明王", "王小明", "0912345678"]');
INSERT INTO "order_words" VALUES('1008','["1008"]','[]');
CREATE TABLE order_words_due (
    reference TEXT NOT NULL PRIMARY KEY
);
CREATE TABLE orders (
    reference TEXT NOT NULL PRIMARY KEY,
    draft_id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL,
    provider TEXT NOT NULL,
    form TEXT NOT NULL,
    form_version TEXT NOT NULL,
    answers TEXT NOT NULL,
    chat_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    user_name TEXT NOT NULL,
    stage TEXT NOT NULL CHECK (stage IN ('confirmed', 'sending', 'settled')),
    outcome TEXT,
    number TEXT,
    status TEXT NOT NULL,
    supplier_status TEXT NOT NULL,
    details TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    confirmed_at BIGINT NOT NULL,
    sending_at BIGINT,
    settled_at BIGINT,
    claimed_by TEXT,
    card BIGINT,
    replaced_by TEXT, not_before BIGINT NOT NULL DEFAULT 0, tries BIGINT NOT NULL DEFAULT 0, stop_asked BIGINT NOT NULL DEFAULT 0, looks BIGINT NOT NULL DEFAULT 0, look_at BIGINT, remind_at BIGINT, evidence_card BIGINT, pruned_at BIGINT, progress TEXT NOT NULL DEFAULT '{}', asked_at BIGINT, status_at BIGINT, watch_at BIGINT, watch_failures BIGINT NOT NULL DEFAULT 0,
    CHECK ((stage = 'settled') = (outcome IS NOT NULL))
);
INSERT INTO "orders" VALUES('1001','ea2adef0','guoguo','guoguo','DefaultOrder','857ab1887669','{"product_id": "9c07a89a-0994-4f35-98a7-1b922b5c8331", "product": {"title": "Instagram fans", "price": "12", "unit": "", "minimum": 1, "maximum": 100000, "stock": null, "read_at": 1772337600000000, "kept": false, "checked": true, "category": "instagram_fans", "kind": "default"}, "link": "https://example.com/posts/abc123", "quantity": "10", "runs": null}',111111111,111111111,'Admin','settled','placed','ORD-202603010001','placed','establish','{"code": "", "said": "", "params": {}, "fields": [], "remarks": []}',1,1772337600000000,1772337600000000,1772337600000000,'a dialogue',1772337600000006,NULL,0,1,0,0,NULL,NULL,NULL,NULL,'{}',NULL,1772337600000000,1772337660000000,0);
INSERT INTO "orders" VALUES('1002','4f8cf421','shop','anqicms','AnqicmsForm','68ddfb94327c','{"type": "goods", "items": [{"goods_id": "188", "goods": null, "quantity": "3"}], "remark": null, "address": null}',111111111,111111111,'Admin','settled','refused',NULL,'','','{"code": "refused", "said": "Please select the product", "params": {}, "fields": [], "remarks": []}',1,1772337601000000,1772337601000000,1772337601000000,'a dialogue',1772337601000007,NULL,0,1,0,0,NULL,NULL,NULL,NULL,'{}',NULL,NULL,NULL,0);
INSERT INTO "orders" VALUES('1003','f436c05b','gifts','damaijia','DamaijiaForm','a5a7e97ed0ec','{"product_id": "614", "gift": null, "product_number": "1", "remark": "易碎", "source": "taobao", "recipients": [{"consignee": "王小明", "mobile": "13800000000", "province": "浙江省", "city": "杭州市", "district": "余杭区", "address": "文一路1号", "platform_order_sn": null}], "sender": null}',111111111,111111111,'Admin','settled','unknown',NULL,'','','{"code": "line_dropped", "said": "", "params": {"error": "RemoteProtocolError"}, "fields": [], "remarks": []}',1,1772337602000000,1772337602000000,1772337602000000,'a dialogue',1772337602000015,NULL,0,1,0,1,1772337613000000,1772352002000000,1772337602000017,NULL,'{}',NULL,NULL,NULL,0);
INSERT INTO "orders" VALUES('1004','e3ddc21e','citiesocial','citiesocial','CitiesocialOrder','c72e0d59bfb9','{"items": [{"variant_id": "123450001", "variant": {"title": "Canvas tote - Natural", "price": "10", "unit": "", "minimum": null, "maximum": null, "stock": 50, "kept": false, "checked": true, "product_id": "435100101", "read_at": 1772337600000000}, "quantity": "3"}], "email": "staff@example.com", "first_name": "小明", "last_name": "王", "title": null, "zip": "100", "city": "台北市", "address1": "中正區", "address2": "八德路一段1號", "phone": "0912345678", "transaction_amount": "30"}',222222222,222222222,'Colleague','settled','unknown',NULL,'','','{"code": "line_dropped", "said": "", "params": {"error": "RemoteProtocolError"}, "fields": [], "remarks": []}',1,1772337603000000,1772337603000000,1772337603000000,'a dialogue',1772337603000014,NULL,0,1,0,0,NULL,1772352003000000,1772337603000016,NULL,'{}',NULL,NULL,NULL,0);
INSERT INTO "orders" VALUES('1005','a9f04725','shop','anqicms','AnqicmsForm','68ddfb94327c','{"type": "goods", "items": [{"goods_id": "188", "goods": null, "quantity": "1"}], "remark": "Please pack well", "address": null}',401,401,'Ada','settled','placed','202603011200040046','paid','1','{"code": "", "said": "", "params": {}, "fields": [], "remarks": [{"code": "amount", "params": {"amount": "99.00", "currency": "CNY"}}]}',1,1772337604000000,1772337604000000,1772337604000000,'a dialogue',1772337604000009,NULL,0,1,0,0,NULL,NULL,NULL,NULL,'{"amount": ["99.00", "CNY"], "remarks": [], "times": {"created": 1772337604000000, "paid": 1772338204000000}, "tracking": []}',1772338208000000,1772338208000000,1772338268000000,0);
INSERT INTO "orders" VALUES('1006','7392d3ee','shop','anqicms','AnqicmsForm','68ddfb94327c','{"type": "goods", "items": [{"goods_id": "188", "goods": null, "quantity": "7"}], "remark": null, "address": null}',402,402,'Ben','settled','not_sent',NULL,'','','{"code": "unreachable", "said": "", "params": {"error": "ConnectError"}, "fields": [], "remarks": []}',1,1772337605000000,1772337605000000,1772337605000000,NULL,1772337605000007,NULL,0,1,0,0,NULL,NULL,NULL,NULL,'{}',NULL,NULL,NULL,0);
INSERT INTO "orders" VALUES('1007','d8b91324','citiesocial','citiesocial','CitiesocialOrder','c72e0d59bfb9','{"items": [{"variant_id": "123450001", "variant": {"title": "Canvas tote - Natural", "price": "10", "unit": "", "minimum": null, "maximum": null, "stock": 50, "kept": false, "checked": true, "product_id": "435100101", "read_at": 1772337600000000}, "quantity": "1"}], "email": "staff@example.com", "first_name": "小明", "last_name": "王", "title": null, "zip": "100", "city": "台北市", "address1": "中正區", "address2": "八德路一段1號", "phone": "0912345678", "transaction_amount": "10"}',408,408,'Hal','confirmed',NULL,NULL,'','','{}',0,1772338209000000,NULL,NULL,NULL,1772338209000014,NULL,0,0,0,0,NULL,NULL,NULL,NULL,'{}',NULL,NULL,NULL,0);
INSERT INTO "orders" VALUES('1008','a3cb9f5f','shop','anqicms','AnqicmsForm','68ddfb94327c','{"type": "goods", "items": [{"goods_id": "188", "goods": null, "quantity": "2"}], "remark": null, "address": null}',407,407,'Gil','sending',NULL,NULL,'','','{}',1,1772338210000000,1772338210000000,NULL,'pid 4242',1772338210000007,NULL,0,1,0,0,NULL,NULL,NULL,NULL,'{}',NULL,NULL,NULL,0);
CREATE TABLE outbox (
    id BIGINT NOT NULL PRIMARY KEY,
    chat_id BIGINT NOT NULL,
    body TEXT NOT NULL,
    edits BIGINT,
    not_before BIGINT NOT NULL,
    attempts BIGINT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'sent', 'failed')),
    message_id BIGINT,
    error TEXT,
    created_at BIGINT NOT NULL,
    done_at BIGINT
, paced BIGINT NOT NULL DEFAULT 0, edited_at BIGINT);
INSERT INTO "outbox" VALUES(1772337600000006,111111111,'{"html": "<b>Sending</b> · GuoGuo\nReference: <code>1001</code>", "rows": [], "message_id": null}',NULL,0,1,'sent',7,NULL,1772337600000000,1772337600000000,0,1772337600000000);
INSERT INTO "outbox" VALUES(1772337601000007,111111111,'{"html": "<b>Sending</b> · AnqiCMS\nReference: <code>1002</code>", "rows": [], "message_id": null}',NULL,0,1,'sent',15,NULL,1772337601000000,1772337601000000,0,1772337601000000);
INSERT INTO "outbox" VALUES(1772337602000015,111111111,'{"html": "<b>Sending</b> · Damaijia\nReference: <code>1003</code>", "rows": [], "message_id": null}',NULL,0,1,'sent',32,NULL,1772337602000000,1772337602000000,0,1772337602000000);
INSERT INTO "outbox" VALUES(1772337602000017,111111111,'{"html": "<b>Please check an order</b> · Damaijia\nReference: <code>1003</code>\nOrdered by Admin\n<b>Sent: 1 Mar 2026 04:00:02</b>\nGift ID: 614\nQuantity: 1\nRemark: 易碎\nSource: taobao\nRecipients: 1\n1. 王小明 · 13800000000 · 浙江省 · 杭州市 · 余杭区 · 文一路1号\n<b>Given up: 1 Mar 2026 04:00:02</b>\nThe line to Damaijia broke while the order was on its way, and no whole answer came.\n<b>Looking for it at Damaijia…</b>\nNothing is sent again until somebody decides. An order can take some minutes to appear; please look at Damaijia, then tap what you found.", "rows": [[["Found it", "name:1003:1"], ["It was not placed", "notplaced:1003:1"]], [["Look again", "look:1003:1"]], [["Send again under the same id", "resend:1003:1"]]], "message_id": null}',NULL,0,1,'sent',33,NULL,1772337602000000,1772337602000000,0,1772337608000000);
INSERT INTO "outbox" VALUES(1772337603000014,222222222,'{"html": "<b>Sending</b> · citiesocial\nReference: <code>1004</code>", "rows": [], "message_id": null}',NULL,0,1,'sent',15,NULL,1772337603000000,1772337603000000,0,1772337603000000);
INSERT INTO "outbox" VALUES(1772337603000016,222222222,'{"html": "<b>Please check an order</b> · citiesocial\nReference: <code>1004</code>\nOrdered by Colleague\n<b>Sent: 1 Mar 2026 04:00:03</b>\nItems: 1\n1. 123450001 × 3 · Canvas tote - Natural\nEmail: staff@example.com\nFirst name: 小明\nLast name: 王\nZIP: 100\nCity: 台北市\nDistrict: 中正區\nStreet: 八德路一段1號\nPhone: 0912345678\nTransaction amount: 30\n<b>Given up: 1 Mar 2026 04:00:03</b>\nThe line to citiesocial broke while the order was on its way, and no whole answer came.\n<b>citiesocial offers no way to look an order up from here, so only a person can tell.</b>\nNothing is sent again until somebody decides. An order can take some minutes to appear; please look at citiesocial, then tap what you found.", "rows": [[["Found it", "name:1004:1"], ["It was not placed", "notplaced:1004:1"]]], "message_id": null}',NULL,0,1,'sent',16,NULL,1772337603000000,1772337603000000,0,NULL);
INSERT INTO "outbox" VALUES(1772337604000009,401,'{"html": "<b>Sending</b> · AnqiCMS\nReference: <code>1005</code>", "rows": [], "message_id": null}',NULL,0,1,'sent',8,NULL,1772337604000000,1772337604000000,0,1772337604000000);
INSERT INTO "outbox" VALUES(1772337605000007,402,'{"html": "<b>Sending</b> · AnqiCMS\nReference: <code>1006</code>", "rows": [], "message_id": null}',NULL,0,1,'sent',8,NULL,1772337605000000,1772337605000000,0,1772337605000000);
INSERT INTO "outbox" VALUES(1772338208000000,401,'{"html": "<b>Placed</b> · AnqiCMS\nOrder number: <code>202603011200040046</code>\nStatus: paid (1)\nReference: <code>1005</code>\nAmount: 99.00 CNY\nLast change seen: 1 Mar 2026 04:10:08\nAnqiCMS was asked: 1 Mar 2026 04:10:08", "rows": [[["Refresh", "refresh:1005"], ["Order again", "again:1005"]]], "message_id": null}',1772337604000009,1772337607000000,0,'waiting',NULL,NULL,1772338208000000,NULL,1,NULL);
INSERT INTO "outbox" VALUES(1772338208000001,401,'{"html": "<b>Status changed</b> · AnqiCMS\nOrder number: <code>202603011200040046</code>\nawaiting payment (0) → paid (1)", "rows": [], "message_id": null}',NULL,0,0,'waiting',NULL,NULL,1772338208000000,NULL,0,NULL);
INSERT INTO "outbox" VALUES(1772338208000005,401,'{"html": "<b>Quantity</b> · 3/4\nInstagram fans · 1 to 100,000 · price 12 as listed\nHow many to order.\nExample: <code>10</code>", "rows": [[["Back", "b:f8f16af1:3"], ["Cancel", "x:f8f16af1:3"]]], "message_id": null}',NULL,0,0,'waiting',NULL,NULL,1772338208000000,NULL,0,NULL);
INSERT INTO "outbox" VALUES(1772338208000007,402,'{"html": "Checking the product with GuoGuo…\n<code>9c07a89a-0994-4f35-98a7-1b922b5c8331</code>", "rows": [[["Back", "b:a203a531:1"], ["Cancel", "x:a203a531:1"]]], "message_id": null}',NULL,0,0,'waiting',NULL,NULL,1772338208000000,NULL,0,NULL);
INSERT INTO "outbox" VALUES(1772338208000019,403,'{"html": "<b>Items</b> · Recipients · 1\n1. 王小明 · 13800000000 · 浙江省 · 杭州市 · 余杭区 · 文一路1号", "rows": [[["Add another", "a:f9e7bf84:11"], ["Done", "d:f9e7bf84:11"]], [["Change", "c:f9e7bf84:11"], ["Remove", "r:f9e7bf84:11"]], [["Back", "b:f9e7bf84:11"], ["Cancel", "x:f9e7bf84:11"]]], "message_id": null}',NULL,0,0,'waiting',NULL,NULL,1772338208000000,NULL,0,NULL);
INSERT INTO "outbox" VALUES(1772338208000040,404,'{"html": "<b>Which one would you like to change?</b>", "rows": [[["1. 王小明 · 13800000000 · 浙江省 · 杭州市 · 余杭区…", "i:21ba21c9:20:0"]], [["2. 李小红 · 13900000000 · 浙江省 · 宁波市 · 海曙区…", "i:21ba21c9:20:1"]], [["Back", "b:21ba21c9:20"], ["Cancel", "x:21ba21c9:20"]]], "message_id": null}',NULL,0,0,'waiting',NULL,NULL,1772338208000000,NULL,0,NULL);
INSERT INTO "outbox" VALUES(1772338208000054,405,'{"html": "<b>Summary</b> · citiesocial\nItems: <b>1</b>\n1. 123450001 × 2 · Canvas tote - Natural\nEmail: <b>staff@example.com</b>\nFirst name: <b>小明</b>\nLast name: <b>王</b>\nZIP: <b>100</b>\nCity: <b>台北市</b>\nDistrict: <b>中正區</b>\nStreet: <b>八德路一段1號</b>\nPhone: <b>0912345678</b>\nTransaction amount: <b>20</b>\nCanvas tote - Natural: 10 each\nTotal: <b>20</b>", "rows": [[["Confirm", "k:17c805a2:13"]], [["Edit", "e:17c805a2:13"], ["Cancel", "x:17c805a2:13"]]], "message_id": null}',NULL,0,0,'waiting',NULL,NULL,1772338208000000,NULL,0,NULL);
INSERT INTO "outbox" VALUES(1772338208000069,406,'{"html": "<b>What would you like to change?</b>", "rows": [[["Gift ID: 614", "f:1d8e8421:15:0"]], [["Quantity: 1", "f:1d8e8421:15:1"]], [["Remark: 易碎", "f:1d8e8421:15:2"]], [["Source: taobao", "f:1d8e8421:15:3"]], [["Recipients: 1", "f:1d8e8421:15:4"]], [["Sender", "f:1d8e8421:15:5"]], [["Back", "b:1d8e8421:15"], ["Cancel", "x:1d8e8421:15"]]], "message_id": null}',NULL,0,0,'waiting',NULL,NULL,1772338208000000,NULL,0,NULL);
INSERT INTO "outbox" VALUES(1772338208000071,111111111,'{"html": "Asking Damaijia about 2026030112000000000001…", "rows": [], "message_id": null}',NULL,0,0,'waiting',NULL,NULL,1772338208000000,NULL,0,NULL);
INSERT INTO "outbox" VALUES(1772338208000073,222222222,'{"html": "<b>Order number</b> · citiesocial\nWhich number does citiesocial show for order 1004? Please send it.", "rows": [[["Back", "unname"]]], "message_id": null}',NULL,0,0,'waiting',NULL,NULL,1772338208000000,NULL,0,NULL);
INSERT INTO "outbox" VALUES(1772338208000076,333333333,'{"html": "Sorry, this bot is for staff only. If you should have access, please give your administrator this number: 333333333", "rows": [], "message_id": null}',NULL,0,1,'failed',NULL,'Forbidden: bot was blocked by the user',1772338208000000,1772338212000000,0,NULL);
INSERT INTO "outbox" VALUES(1772338209000014,408,'{"html": "<b>Sending</b> · citiesocial\nReference: <code>1007</code>", "rows": [], "message_id": null}',NULL,0,0,'waiting',NULL,NULL,1772338209000000,NULL,0,NULL);
INSERT INTO "outbox" VALUES(1772338210000007,407,'{"html": "<b>Sending</b> · AnqiCMS\nReference: <code>1008</code>", "rows": [], "message_id": null}',NULL,0,0,'waiting',NULL,NULL,1772338210000000,NULL,0,NULL);
CREATE TABLE people (
    user_id BIGINT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    language TEXT NOT NULL,
    telegram_language TEXT NOT NULL,
    seen_at BIGINT NOT NULL
, notices TEXT NOT NULL DEFAULT 'all');
INSERT INTO "people" VALUES(111111111,'Admin','','en',1772338208000000,'all');
INSERT INTO "people" VALUES(222222222,'Colleague','','en',1772338208000000,'important');
INSERT INTO "people" VALUES(401,'Ada','','en',1772338208000000,'all');
INSERT INTO "people" VALUES(402,'Ben','','en',1772338208000000,'all');
INSERT INTO "people" VALUES(403,'Cem','','en',1772338208000000,'all');
INSERT INTO "people" VALUES(404,'Dan','','en',1772338208000000,'all');
INSERT INTO "people" VALUES(405,'Eve','','en',1772338208000000,'all');
INSERT INTO "people" VALUES(406,'Fay','','en',1772338208000000,'all');
INSERT INTO "people" VALUES(407,'Gil','en','en',1772338210000000,'all');
INSERT INTO "people" VALUES(408,'Hal','','en',1772338209000000,'all');
CREATE TABLE product_uses (
    account TEXT NOT NULL,
    user_id BIGINT NOT NULL,
    product_id TEXT NOT NULL,
    last_used_at BIGINT NOT NULL,
    times BIGINT NOT NULL,
    PRIMARY KEY (account, user_id, product_id)
);
INSERT INTO "product_uses" VALUES('guoguo',111111111,'9c07a89a-0994-4f35-98a7-1b922b5c8331',1772337600000000,1);
INSERT INTO "product_uses" VALUES('shop',111111111,'188',1772337601000000,1);
INSERT INTO "product_uses" VALUES('gifts',111111111,'614',1772337602000000,1);
INSERT INTO "product_uses" VALUES('citiesocial',222222222,'123450001',1772337603000000,1);
INSERT INTO "product_uses" VALUES('shop',401,'188',1772337604000000,1);
INSERT INTO "product_uses" VALUES('shop',402,'188',1772337605000000,1);
INSERT INTO "product_uses" VALUES('citiesocial',408,'123450001',1772338209000000,1);
INSERT INTO "product_uses" VALUES('shop',407,'188',1772338210000000,1);
CREATE TABLE products (
    account TEXT NOT NULL,
    edition BIGINT NOT NULL,
    position BIGINT NOT NULL,
    id TEXT NOT NULL,
    title TEXT NOT NULL,
    group_name TEXT NOT NULL,
    group_key TEXT NOT NULL,
    picture TEXT NOT NULL,
    facts TEXT NOT NULL,
    search TEXT NOT NULL,
    read_at BIGINT NOT NULL,
    PRIMARY KEY (account, edition, position)
);
INSERT INTO "products" VALUES('citiesocial',1772337600000000,0,'36698431250','Tea set','Example Tea','29a664396b','https://cdn.citiesocial.example/products/9809129938.jpg','{"title": "Tea set", "price": "1190", "unit": "", "minimum": null, "maximum": null, "stock": 50, "kept": false, "checked": true, "product_id": "9809129938"}','tea set
example tea',0);
INSERT INTO "products" VALUES('citiesocial',1772337600000000,1,'123450001','Canvas tote - Natural','435001','119528ad80','https://cdn.citiesocial.example/products/435100101.jpg','{"title": "Canvas tote - Natural", "price": "10", "unit": "", "minimum": null, "maximum": null, "stock": 50, "kept": false, "checked": true, "product_id": "435100101"}','canvas tote - natural
435001',0);
INSERT INTO "products" VALUES('citiesocial',1772337600000000,2,'123450002','Canvas tote - Black','435001','119528ad80','https://cdn.citiesocial.example/products/435100101.jpg','{"title": "Canvas tote - Black", "price": "10", "unit": "", "minimum": null, "maximum": null, "stock": 50, "kept": false, "checked": true, "product_id": "435100101"}','canvas tote - black
435001',0);
CREATE TABLE strangers (
    user_id BIGINT NOT NULL PRIMARY KEY,
    told_at BIGINT NOT NULL
);
INSERT INTO "strangers" VALUES(333333333,1772338208000000);
CREATE TABLE updates (
    update_id BIGINT NOT NULL PRIMARY KEY,
    seen_at BIGINT NOT NULL
);
INSERT INTO "updates" VALUES(657,1772338210000000);
INSERT INTO "updates" VALUES(658,1772338210000000);
INSERT INTO "updates" VALUES(659,1772338210000000);
INSERT INTO "updates" VALUES(660,1772338210000000);
INSERT INTO "updates" VALUES(661,1772338210000000);
INSERT INTO "updates" VALUES(662,1772338210000000);
INSERT INTO "updates" VALUES(663,1772338210000000);
INSERT INTO "updates" VALUES(664,1772338210000000);
CREATE INDEX conversations_waiting ON conversations (changed_at) WHERE waiting <> '';
CREATE INDEX updates_by_time ON updates (seen_at);
CREATE INDEX orders_confirmed ON orders (account, confirmed_at, reference) WHERE stage = 'confirmed';
CREATE INDEX orders_sending ON orders (stage, sending_at) WHERE stage = 'sending';
CREATE INDEX orders_by_time ON orders (confirmed_at, reference);
CREATE INDEX orders_by_person ON orders (user_id, confirmed_at, reference);
CREATE INDEX orders_by_card ON orders (card) WHERE card IS NOT NULL;
CREATE INDEX outbox_waiting_edits ON outbox (edits) WHERE state = 'waiting';
CREATE INDEX outbox_done ON outbox (done_at) WHERE done_at IS NOT NULL;
CREATE INDEX orders_unknown ON orders (confirmed_at, reference) WHERE outcome = 'unknown';
CREATE INDEX orders_to_look_for ON orders (look_at) WHERE look_at IS NOT NULL;
CREATE INDEX orders_to_remind_of ON orders (remind_at) WHERE remind_at IS NOT NULL;
CREATE INDEX orders_by_evidence_card ON orders (evidence_card) WHERE evidence_card IS NOT NULL;
CREATE INDEX orders_to_prune ON orders (settled_at) WHERE stage = 'settled' AND pruned_at IS NULL;
CREATE INDEX order_guards_by_reference ON order_guards (reference);
CREATE INDEX order_guards_by_time ON order_guards (until);
CREATE INDEX orders_to_watch ON orders (account, watch_at) WHERE watch_at IS NOT NULL;
CREATE INDEX outbox_in_line ON outbox (state, paced, chat_id, id) WHERE state = 'waiting';
CREATE INDEX inquiries_by_time ON inquiries (asked_at);
CREATE INDEX orders_by_account ON orders ((account || ''), confirmed_at, reference);
CREATE INDEX orders_by_account_person ON orders ((account || ''), user_id, confirmed_at, reference);
CREATE INDEX orders_by_state ON orders ((CASE
    WHEN outcome = 'placed' AND status <> '' THEN status
    WHEN outcome IN ('refused', 'not_sent') THEN 'not placed'
    ELSE COALESCE(outcome, 'open') END), confirmed_at, reference);
CREATE INDEX orders_by_account_state ON orders ((account || ''), (CASE
    WHEN outcome = 'placed' AND status <> '' THEN status
    WHEN outcome IN ('refused', 'not_sent') THEN 'not placed'
    ELSE COALESCE(outcome, 'open') END), confirmed_at, reference);
CREATE INDEX orders_by_state_person ON orders ((CASE
    WHEN outcome = 'placed' AND status <> '' THEN status
    WHEN outcome IN ('refused', 'not_sent') THEN 'not placed'
    ELSE COALESCE(outcome, 'open') END), user_id, confirmed_at, reference);
CREATE INDEX orders_by_account_state_person ON orders ((account || ''), (CASE
    WHEN outcome = 'placed' AND status <> '' THEN status
    WHEN outcome IN ('refused', 'not_sent') THEN 'not placed'
    ELSE COALESCE(outcome, 'open') END), user_id, confirmed_at, reference);
CREATE UNIQUE INDEX products_by_id ON products (account, edition, id);
CREATE INDEX products_by_search ON products (account, edition, position, search, id);
CREATE INDEX products_by_group ON products (account, edition, group_key, position);
CREATE INDEX product_uses_of_person ON product_uses (account, user_id, last_used_at);
CREATE INDEX product_uses_of_account ON product_uses (account, last_used_at);
COMMIT;
