BEGIN TRANSACTION;
CREATE TABLE approval (
	id INTEGER NOT NULL, 
	campaign TEXT NOT NULL, 
	version TEXT NOT NULL, 
	"by" TEXT NOT NULL, 
	at TEXT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "approval" VALUES(1,'einladung','7b1e-4d2a','Ada Müller','2020-09-21T09:00:00Z');
CREATE TABLE attempt (
	id INTEGER NOT NULL, 
	sending INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	at TEXT NOT NULL, 
	state TEXT NOT NULL, 
	phase TEXT NOT NULL, 
	code INTEGER, 
	enhanced TEXT NOT NULL, 
	text TEXT NOT NULL, 
	server TEXT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(sending) REFERENCES sending (id)
);
INSERT INTO "attempt" VALUES(1,1,1,'2020-09-21T09:00:00Z','accepted','write',NULL,'','','');
INSERT INTO "attempt" VALUES(2,1,2,'2020-09-21T09:00:00Z','accepted','write',NULL,'','','');
INSERT INTO "attempt" VALUES(3,1,3,'2020-09-21T09:00:00Z','accepted','write',NULL,'','','');
INSERT INTO "attempt" VALUES(4,2,1,'2020-09-21T09:00:00Z','accepted','end',250,'2.0.0','queued as 4F1','mail.test:587');
INSERT INTO "attempt" VALUES(5,2,2,'2020-09-21T09:00:00Z','refused','rcpt',550,'5.1.1','no such user: 100% „wrong“','mail.test:587');
INSERT INTO "attempt" VALUES(6,2,3,'2020-09-21T09:00:00Z','deferred','rcpt',450,'4.2.0','greylisted','mail.test:587');
INSERT INTO "attempt" VALUES(7,2,4,'2020-09-21T09:00:00Z','in_doubt','end',NULL,'','lost','mail.test:587');
CREATE TABLE compiled (
	sending INTEGER NOT NULL, 
	number INTEGER NOT NULL, 
	version TEXT NOT NULL, 
	data BLOB NOT NULL, 
	PRIMARY KEY (sending, number), 
	FOREIGN KEY(sending) REFERENCES sending (id)
);
CREATE TABLE content (
	sending INTEGER NOT NULL, 
	version TEXT NOT NULL, 
	manifest BLOB NOT NULL, event TEXT, 
	PRIMARY KEY (sending, version), 
	FOREIGN KEY(sending) REFERENCES sending (id)
);
CREATE TABLE feedback (
	id INTEGER NOT NULL, 
	message TEXT NOT NULL, 
	kind TEXT NOT NULL, 
	at TEXT NOT NULL, 
	read_at TEXT NOT NULL, 
	sending INTEGER, 
	position INTEGER, 
	"key" TEXT DEFAULT '' NOT NULL, 
	details TEXT NOT NULL, 
	PRIMARY KEY (id), 
	FOREIGN KEY(sending) REFERENCES sending (id)
);
CREATE TABLE pace (
	"key" TEXT NOT NULL, 
	free_at TEXT NOT NULL, 
	interval FLOAT NOT NULL, 
	PRIMARY KEY ("key")
);
CREATE TABLE parts (
	sending INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	data BLOB NOT NULL, 
	PRIMARY KEY (sending, position), 
	CONSTRAINT parts_of FOREIGN KEY(sending, position) REFERENCES recipient (sending, position) ON DELETE CASCADE
);
INSERT INTO "parts" VALUES(2,10,X'4B696D00');
CREATE TABLE preference (
	"key" TEXT NOT NULL, 
	left_segments TEXT NOT NULL, 
	language TEXT NOT NULL, 
	paused_until TEXT, 
	at TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "preference" VALUES('person:1','Germany','de',NULL,'2020-09-21T09:00:00Z');
CREATE TABLE "recipient" (
	sending INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	"key" TEXT NOT NULL, 
	email TEXT NOT NULL, 
	segment TEXT NOT NULL, 
	languages TEXT NOT NULL, 
	contact TEXT NOT NULL, 
	state TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	message_id TEXT NOT NULL, 
	code INTEGER, 
	enhanced TEXT NOT NULL, 
	text TEXT NOT NULL, 
	server TEXT NOT NULL, 
	updated_at TEXT NOT NULL, 
	mail INTEGER DEFAULT '0' NOT NULL, 
	date TEXT, person TEXT DEFAULT '' NOT NULL, 
	PRIMARY KEY (sending, position), 
	CONSTRAINT a_reason_to_be_left_out CHECK ((state = 'left_out') = (reason != '')), 
	FOREIGN KEY(sending) REFERENCES sending (id)
);
INSERT INTO "recipient" VALUES(1,1,'person1@x.example','Person1@x.example','german','de en','{"last_name":"Müller 1","organisation":"Stadtwerke »Süd«, O''Hara & Co\nReferat 3","extra":{"rank":"1"}}','accepted','','<1@cities.example>',NULL,'','','','2020-09-21T09:00:00Z',0,NULL,'');
INSERT INTO "recipient" VALUES(1,2,'person2@x.example','Person2@x.example','german','de en','{"last_name":"Müller 2","organisation":"Stadtwerke »Süd«, O''Hara & Co\nReferat 3","extra":{"rank":"2"}}','accepted','','<2@cities.example>',NULL,'','','','2020-09-21T09:00:00Z',0,NULL,'');
INSERT INTO "recipient" VALUES(1,3,'person3@x.example','Person3@x.example','german','de en','{"last_name":"Müller 3","organisation":"Stadtwerke »Süd«, O''Hara & Co\nReferat 3","extra":{"rank":"3"}}','accepted','','<3@cities.example>',NULL,'','','','2020-09-21T09:00:00Z',0,NULL,'');
INSERT INTO "recipient" VALUES(2,1,'person1@x.example','Person1@x.example','german','de en','{"last_name":"Müller 1","organisation":"Stadtwerke »Süd«, O''Hara & Co\nReferat 3","extra":{"rank":"1"}}','accepted','','<1@cities.example>',250,'2.0.0','queued as 4F1','mail.test:587','2020-09-21T09:00:00Z',0,NULL,'');
INSERT INTO "recipient" VALUES(2,2,'person2@x.example','Person2@x.example','german','de en','{"last_name":"Müller 2","organisation":"Stadtwerke »Süd«, O''Hara & Co\nReferat 3","extra":{"rank":"2"}}','refused','','<2@cities.example>',550,'5.1.1','no such user: 100% „wrong“','mail.test:587','2020-09-21T09:00:00Z',0,NULL,'');
INSERT INTO "recipient" VALUES(2,3,'person3@x.example','Person3@x.example','german','de en','{"last_name":"Müller 3","organisation":"Stadtwerke »Süd«, O''Hara & Co\nReferat 3","extra":{"rank":"3"}}','deferred','','<3@cities.example>',450,'4.2.0','greylisted','mail.test:587','2020-09-21T09:00:00Z',0,NULL,'');
INSERT INTO "recipient" VALUES(2,4,'person4@x.example','Person4@x.example','german','de en','{"last_name":"Müller 4","organisation":"Stadtwerke »Süd«, O''Hara & Co\nReferat 3","extra":{"rank":"4"}}','in_doubt','','<4@cities.example>',NULL,'','lost','mail.test:587','2020-09-21T09:00:00Z',0,NULL,'');
INSERT INTO "recipient" VALUES(2,5,'person5@x.example','Person5@x.example','german','de en','{"last_name":"Müller 5","organisation":"Stadtwerke »Süd«, O''Hara & Co\nReferat 3","extra":{"rank":"5"}}','in_flight','','<5@cities.example>',NULL,'','','','2020-09-21T09:00:00Z',0,NULL,'');
INSERT INTO "recipient" VALUES(2,6,'person6@x.example','Person6@x.example','german','de en','{"last_name":"Müller 6","organisation":"Stadtwerke »Süd«, O''Hara & Co\nReferat 3","extra":{"rank":"6"}}','claimed','','<6@cities.example>',NULL,'','','','2020-09-21T09:00:00Z',0,NULL,'');
INSERT INTO "recipient" VALUES(2,7,'person7@x.example','Person7@x.example','german','de en','{"last_name":"Müller 7","organisation":"Stadtwerke »Süd«, O''Hara & Co\nReferat 3","extra":{"rank":"7"}}','queued','','<7@cities.example>',NULL,'','','','2020-09-21T09:00:00Z',0,NULL,'');
INSERT INTO "recipient" VALUES(2,8,'person8@x.example','Person8@x.example','international','en','{"last_name":"Müller 8","organisation":"Stadtwerke »Süd«, O''Hara & Co\nReferat 3","extra":{"rank":"8"}}','queued','','<8@cities.example>',NULL,'','','','2020-09-21T09:00:00Z',0,NULL,'');
INSERT INTO "recipient" VALUES(2,9,'person9@x.example','Person9@x.example','international','en','{"last_name":"Müller 9","organisation":"Stadtwerke »Süd«, O''Hara & Co\nReferat 3","extra":{"rank":"9"}}','queued','','<9@cities.example>',NULL,'','','','2020-09-21T09:00:00Z',0,NULL,'');
INSERT INTO "recipient" VALUES(2,10,'person1@x.example','Person1@x.example','international','en','{"last_name":"Müller 1","organisation":"Stadtwerke »Süd«, O''Hara & Co\nReferat 3","extra":{"rank":"1"}}','left_out','other segment','<1@cities.example>',NULL,'','','','2020-09-21T09:00:00Z',0,NULL,'');
INSERT INTO "recipient" VALUES(3,1,'person1@x.example','Person1@x.example','german','de en','{"last_name":"Müller 1","organisation":"Stadtwerke »Süd«, O''Hara & Co\nReferat 3","extra":{"rank":"1"}}','queued','','<1@cities.example>',NULL,'','','','2020-09-21T09:00:00Z',0,NULL,'');
INSERT INTO "recipient" VALUES(4,1,'person1@x.example','Person1@x.example','german','de en','{"last_name":"Müller 1","organisation":"Stadtwerke »Süd«, O''Hara & Co\nReferat 3","extra":{"rank":"1"}}','queued','','<1@cities.example>',NULL,'','','','2020-09-21T09:00:00Z',0,NULL,'');
CREATE TABLE resubscription (
	id INTEGER NOT NULL, 
	"key" TEXT NOT NULL, 
	was TEXT NOT NULL, 
	at TEXT NOT NULL, 
	note TEXT NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "resubscription" VALUES(1,'7b1e@stadt-ulm.example','unsubscribed','2020-09-21T09:00:00Z','asked by telephone');
CREATE TABLE schema_revision (
	number INTEGER NOT NULL
);
INSERT INTO "schema_revision" VALUES(10);
CREATE TABLE "sending" (
	id INTEGER NOT NULL, 
	campaign TEXT NOT NULL, 
	delivery TEXT NOT NULL, 
	version TEXT NOT NULL, 
	started_at TEXT NOT NULL, 
	confirmed INTEGER, 
	sequence INTEGER NOT NULL, 
	dtstamp TEXT NOT NULL, 
	lists TEXT DEFAULT '' NOT NULL, 
	host TEXT DEFAULT '' NOT NULL, purpose TEXT DEFAULT 'campaign' NOT NULL, number INTEGER DEFAULT '0' NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "sending" VALUES(1,'2020-10-digitalisierung','outbox','7f3a-91c2','2020-09-21T09:00:00Z',3,0,'2020-09-21T09:00:00Z','','','campaign',0);
INSERT INTO "sending" VALUES(2,'2020-10-digitalisierung','smtp','7f3a-91c2','2020-09-21T09:00:00Z',9,0,'2020-09-21T09:00:00Z','','','campaign',0);
INSERT INTO "sending" VALUES(3,'2020-11-stadtgruen','smtp','aaaa-bbbb','2020-09-21T09:00:00Z',1,0,'2020-09-21T09:00:00Z','','','campaign',0);
INSERT INTO "sending" VALUES(4,'2020-10-digitalisierung','smtp','7f3a-91c3','2020-09-21T09:00:00Z',1,1,'2020-09-21T09:00:00Z','','','update',1);
CREATE TABLE stretch (
	sending INTEGER NOT NULL, 
	name TEXT NOT NULL, 
	data BLOB NOT NULL, 
	PRIMARY KEY (sending, name), 
	FOREIGN KEY(sending) REFERENCES sending (id)
);
CREATE TABLE subscription (
	id INTEGER NOT NULL, 
	token TEXT NOT NULL, 
	person TEXT NOT NULL, 
	segment TEXT NOT NULL, 
	language TEXT NOT NULL, 
	consent TEXT NOT NULL, 
	words TEXT NOT NULL, 
	asked_at TEXT NOT NULL, 
	network TEXT NOT NULL, 
	address TEXT NOT NULL, 
	fields TEXT NOT NULL, 
	confirmed_at TEXT, 
	sending INTEGER, 
	PRIMARY KEY (id), 
	FOREIGN KEY(sending) REFERENCES sending (id)
);
INSERT INTO "subscription" VALUES(1,'token','person:1','Germany','de','v1','Ja, ich will','2020-09-21T09:00:00Z','net','','{}','2020-09-21T09:05:00Z',NULL);
CREATE TABLE suppression (
	"key" TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	at TEXT NOT NULL, 
	source TEXT NOT NULL, 
	PRIMARY KEY ("key")
);
INSERT INTO "suppression" VALUES('person9@x.example','unsubscribed','2020-09-21T09:00:00Z','recipients/unsubscribed.csv');
INSERT INTO "suppression" VALUES('gone@x.example','bounced','2020-09-21T09:00:00Z','<1@cities.example>');
CREATE TABLE tested (
	id INTEGER NOT NULL, 
	campaign TEXT NOT NULL, 
	version TEXT NOT NULL, 
	at TEXT NOT NULL, 
	"to" TEXT NOT NULL, 
	real BOOLEAN NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "tested" VALUES(1,'2020-10-digitalisierung','7f3a-91c2','2020-09-21T09:00:00Z','kim@x.example press@x.example',1);
INSERT INTO "tested" VALUES(2,'2020-10-digitalisierung','7f3a-91c3','2020-09-21T09:00:00Z','kim@x.example',0);
CREATE TABLE web_version (
	sending INTEGER NOT NULL, 
	version TEXT NOT NULL, 
	segment TEXT NOT NULL, 
	languages TEXT NOT NULL, 
	title TEXT NOT NULL, 
	mail INTEGER NOT NULL, 
	parts BLOB NOT NULL, 
	PRIMARY KEY (sending, version, segment, languages), 
	FOREIGN KEY(sending) REFERENCES sending (id)
);
INSERT INTO "web_version" VALUES(2,'7b1e-4d2a','Germany','de','Einladung',1,X'00');
CREATE INDEX tests_of_a_version ON tested (campaign, version);
CREATE INDEX approvals_of_a_version ON approval (campaign, version);
CREATE UNIQUE INDEX one_row_a_person ON recipient (sending, key) WHERE reason = '';
CREATE INDEX queue ON recipient (sending, position) WHERE state = 'queued';
CREATE UNIQUE INDEX one_real_sending ON sending (campaign, number) WHERE delivery = 'smtp';
CREATE INDEX feedback_of_a_message ON feedback (message);
CREATE INDEX feedback_of_a_recipient ON feedback (sending, position);
CREATE UNIQUE INDEX subscription_of_a_token ON subscription (token);
CREATE INDEX subscriptions_of_a_person ON subscription (person);
CREATE INDEX subscriptions_in_time ON subscription (asked_at);
COMMIT;
