CREATE TABLE `campaign` (
  `id` varchar(64) DEFAULT NULL,
  `name` varchar(64) DEFAULT NULL,
  `datetime_init` varchar(64) DEFAULT NULL,
  `datetime_end` varchar(64) DEFAULT NULL,
  `daytime_init` varchar(64) DEFAULT NULL,
  `daytime_end` varchar(64) DEFAULT NULL,
  `retries` varchar(64) DEFAULT NULL,
  `trunk` varchar(64) DEFAULT NULL,
  `context` varchar(64) DEFAULT NULL,
  `queue` varchar(64) DEFAULT NULL,
  `max_canales` varchar(64) DEFAULT NULL,
  `num_completadas` varchar(64) DEFAULT NULL,
  `promedio` varchar(64) DEFAULT NULL,
  `desviacion` varchar(64) DEFAULT NULL,
  `script` varchar(64) DEFAULT NULL,
  `estatus` varchar(64) DEFAULT NULL,
  `id_url` varchar(64) DEFAULT NULL,
  `callerid` varchar(64) DEFAULT NULL
) ENGINE=InnoDB;
INSERT INTO `campaign` VALUES (1,'Cobranza','2026-01-01','2098-12-31','09:00:00','18:00:00',4,NULL,'from-internal','501',12,10,55,7,'<p>Hola</p>
<p>Adios</p>','A',NULL,'0221555010'),(2,'Noche','0000-00-00','0000-00-00','20:00:00','06:00:00',0,'$OUTNUM$@prov','from-internal','502',0,0,NULL,NULL,'','I',NULL,''),(3,'Todo el dia','0000-00-00','0000-00-00','00:00:00','23:59:59',1,NULL,'from-internal','777',-1,0,NULL,NULL,'','T',NULL,''),(4,'Sin horas','0000-00-00','0000-00-00','08:00:00','08:00:00',2,NULL,'from-internal','501',5,0,NULL,NULL,'','A',NULL,'');
