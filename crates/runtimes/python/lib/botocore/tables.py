"""What clients know of each service. Made by `cargo xtask tables` from botocore 1.44.5."""

TABLES = {
    "apigateway": """API Gateway	rest-json			2015-07-09		apigateway	apigateway	
-
CreateApiKey	POST /apikeys	0	2
CreateAuthorizer	POST /restapis/{restapi_id}/authorizers	3	7
CreateDeployment	POST /restapis/{restapi_id}/deployments	10	12
CreateModel	POST /restapis/{restapi_id}/models	14	15
CreateRequestValidator	POST /restapis/{restapi_id}/requestvalidators	16	17
CreateResource	POST /restapis/{restapi_id}/resources/{parent_id}	18	19
CreateRestApi	POST /restapis	25	27
CreateStage	POST /restapis/{restapi_id}/stages	28	30
CreateUsagePlan	POST /usageplans	33	37
CreateUsagePlanKey	POST /usageplans/{usageplanId}/keys	38	39
DeleteApiKey	DELETE /apikeys/{api_Key}	40
DeleteAuthorizer	DELETE /restapis/{restapi_id}/authorizers/{authorizer_id}	41
DeleteDeployment	DELETE /restapis/{restapi_id}/deployments/{deployment_id}	42
DeleteGatewayResponse	DELETE /restapis/{restapi_id}/gatewayresponses/{response_type}	43
DeleteIntegration	DELETE /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration	44
DeleteIntegrationResponse	DELETE /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration/responses/{status_code}	45
DeleteMethod	DELETE /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}	44
DeleteMethodResponse	DELETE /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/responses/{status_code}	45
DeleteModel	DELETE /restapis/{restapi_id}/models/{model_name}	46
DeleteRequestValidator	DELETE /restapis/{restapi_id}/requestvalidators/{requestvalidator_id}	47
DeleteResource	DELETE /restapis/{restapi_id}/resources/{resource_id}	48
DeleteRestApi	DELETE /restapis/{restapi_id}	49
DeleteStage	DELETE /restapis/{restapi_id}/stages/{stage_name}	50
DeleteUsagePlan	DELETE /usageplans/{usageplanId}	51
DeleteUsagePlanKey	DELETE /usageplans/{usageplanId}/keys/{keyId}	52
GetAccount	GET /account	53	54
GetApiKey	GET /apikeys/{api_Key}	55	2
GetApiKeys	GET /apikeys	56	57
GetAuthorizer	GET /restapis/{restapi_id}/authorizers/{authorizer_id}	41	7
GetAuthorizers	GET /restapis/{restapi_id}/authorizers	58	59
GetDeployment	GET /restapis/{restapi_id}/deployments/{deployment_id}	60	12
GetDeployments	GET /restapis/{restapi_id}/deployments	58	61
GetGatewayResponse	GET /restapis/{restapi_id}/gatewayresponses/{response_type}	43	62
GetGatewayResponses	GET /restapis/{restapi_id}/gatewayresponses	58	63
GetIntegration	GET /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration	44	22
GetIntegrationResponse	GET /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration/responses/{status_code}	45	23
GetMethod	GET /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}	44	20
GetMethodResponse	GET /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/responses/{status_code}	45	21
GetModel	GET /restapis/{restapi_id}/models/{model_name}	64	15
GetModels	GET /restapis/{restapi_id}/models	58	65
GetRequestValidator	GET /restapis/{restapi_id}/requestvalidators/{requestvalidator_id}	47	17
GetRequestValidators	GET /restapis/{restapi_id}/requestvalidators	58	66
GetResource	GET /restapis/{restapi_id}/resources/{resource_id}	67	19
GetResources	GET /restapis/{restapi_id}/resources	68	69
GetRestApi	GET /restapis/{restapi_id}	49	27
GetRestApis	GET /restapis	70	71
GetStage	GET /restapis/{restapi_id}/stages/{stage_name}	50	30
GetStages	GET /restapis/{restapi_id}/stages	72	73
GetTags	GET /tags/{resource_arn}	74	75
GetUsagePlan	GET /usageplans/{usageplanId}	51	37
GetUsagePlanKey	GET /usageplans/{usageplanId}/keys/{keyId}	52	39
GetUsagePlanKeys	GET /usageplans/{usageplanId}/keys	76	77
GetUsagePlans	GET /usageplans	78	79
ImportRestApi	POST /restapis?mode=import	80	27
PutGatewayResponse	PUT /restapis/{restapi_id}/gatewayresponses/{response_type}	81	62
PutIntegration	PUT /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration	82	22
PutIntegrationResponse	PUT /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration/responses/{status_code}	83	23
PutMethod	PUT /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}	84	20
PutMethodResponse	PUT /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/responses/{status_code}	85	21
PutRestApi	PUT /restapis/{restapi_id}	86	27
TagResource	PUT /tags/{resource_arn}	87
UntagResource	DELETE /tags/{resource_arn}	88
UpdateApiKey	PATCH /apikeys/{api_Key}	89	2
UpdateAuthorizer	PATCH /restapis/{restapi_id}/authorizers/{authorizer_id}	91	7
UpdateIntegration	PATCH /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}/integration	92	22
UpdateMethod	PATCH /restapis/{restapi_id}/resources/{resource_id}/methods/{http_method}	92	20
UpdateModel	PATCH /restapis/{restapi_id}/models/{model_name}	93	15
UpdateRequestValidator	PATCH /restapis/{restapi_id}/requestvalidators/{requestvalidator_id}	94	17
UpdateResource	PATCH /restapis/{restapi_id}/resources/{resource_id}	95	19
UpdateRestApi	PATCH /restapis/{restapi_id}	96	27
UpdateStage	PATCH /restapis/{restapi_id}/stages/{stage_name}	97	30
UpdateUsagePlan	PATCH /usageplans/{usageplanId}	98	37
-
BadRequestException=:99 ConflictException=:99 LimitExceededException=:100 NotFoundException=:99 ServiceUnavailableException=:100 TooManyRequestsException=:100 UnauthorizedException=:99
-
GetApiKeys	position	position	items	limit
GetAuthorizers	position	position	items	limit
GetDeployments	position	position	items	limit
GetGatewayResponses	position	position	items	limit
GetModels	position	position	items	limit
GetRequestValidators	position	position	items	limit
GetResources	position	position	items	limit
GetRestApis	position	position	items	limit
GetUsagePlanKeys	position	position	items	limit
GetUsagePlans	position	position	items	limit
-

-
|name:s,description:s,enabled:b,generateDistinctId:b,value:s,stageKeys:[1,customerId:s,tags:<s
|restApiId:s,stageName:s
|id:s,value:s,name:s,customerId:s,description:s,enabled:b,createdDate:t,lastUpdatedDate:t,stageKeys:[s,tags:<s
|restApiId!:s:urestapi_id,name!:s,type!:s,providerARNs:[s,authType:s,authorizerUri:s,authorizerCredentials:s,identitySource:s,identityValidationExpression:s,authorizerResultTtlInSeconds:i,jwtConfiguration:4
|issuers!:[5,defaultAlgorithms!:[s
|issuer!:s,audiences!:[s,additionalClaims:[6
|claimName!:s,format!:s,required:b,expectedValues:[s
|id:s,name:s,type:s,providerARNs:[s,authType:s,authorizerUri:s,authorizerCredentials:s,identitySource:s,identityValidationExpression:s,authorizerResultTtlInSeconds:i,jwtConfiguration:8
|issuers:[9,defaultAlgorithms:[s
|issuer:s,audiences:[s,additionalClaims:[6,jwksUri:s
|restApiId!:s:urestapi_id,stageName:s,stageDescription:s,description:s,cacheClusterEnabled:b,cacheClusterSize:s,variables:<s,canarySettings:11,tracingEnabled:b
|percentTraffic:f,stageVariableOverrides:<s,useStageCache:b
|id:s,description:s,createdDate:t,apiSummary:<<13
|authorizationType:s,apiKeyRequired:b
|restApiId!:s:urestapi_id,name!:s,description:s,schema:s,contentType!:s
|id:s,name:s,description:s,schema:s,contentType:s
|restApiId!:s:urestapi_id,name:s,validateRequestBody:b,validateRequestParameters:b
|id:s,name:s,validateRequestBody:b,validateRequestParameters:b
|restApiId!:s:urestapi_id,parentId!:s:uparent_id,pathPart!:s
|id:s,parentId:s,pathPart:s,path:s,resourceMethods:<20
|httpMethod:s,authorizationType:s,authorizerId:s,apiKeyRequired:b,requestValidatorId:s,operationName:s,requestParameters:<b,requestModels:<s,methodResponses:<21,methodIntegration:22,authorizationScopes:[s
|statusCode:s,responseParameters:<b,responseModels:<s
|type:s,httpMethod:s,uri:s,connectionType:s,connectionId:s,credentials:s,requestParameters:<s,requestTemplates:<s,passthroughBehavior:s,contentHandling:s,timeoutInMillis:i,cacheNamespace:s,cacheKeyParameters:[s,integrationResponses:<23,tlsConfig:24,responseTransferMode:s,integrationTarget:s
|statusCode:s,selectionPattern:s,responseParameters:<s,responseTemplates:<s,contentHandling:s
|insecureSkipVerification:b
|name!:s,description:s,version:s,cloneFrom:s,binaryMediaTypes:[s,minimumCompressionSize:i,apiKeySource:s,endpointConfiguration:26,policy:s,tags:<s,disableExecuteApiEndpoint:b,securityPolicy:s,endpointAccessMode:s
|types:[s,ipAddressType:s,vpcEndpointIds:[s
|id:s,name:s,description:s,createdDate:t,version:s,warnings:[s,binaryMediaTypes:[s,minimumCompressionSize:i,apiKeySource:s,endpointConfiguration:26,policy:s,tags:<s,disableExecuteApiEndpoint:b,rootResourceId:s,securityPolicy:s,endpointAccessMode:s,apiStatus:s,apiStatusMessage:s
|restApiId!:s:urestapi_id,stageName!:s,deploymentId!:s,description:s,cacheClusterEnabled:b,cacheClusterSize:s,variables:<s,documentationVersion:s,canarySettings:29,tracingEnabled:b,tags:<s
|percentTraffic:f,deploymentId:s,stageVariableOverrides:<s,useStageCache:b
|deploymentId:s,clientCertificateId:s,stageName:s,description:s,cacheClusterEnabled:b,cacheClusterSize:s,cacheClusterStatus:s,methodSettings:<31,variables:<s,documentationVersion:s,accessLogSettings:32,canarySettings:29,tracingEnabled:b,webAclArn:s,tags:<s,createdDate:t,lastUpdatedDate:t
|metricsEnabled:b,loggingLevel:s,dataTraceEnabled:b,throttlingBurstLimit:i,throttlingRateLimit:f,cachingEnabled:b,cacheTtlInSeconds:i,cacheDataEncrypted:b,requireAuthorizationForCacheControl:b,unauthorizedCacheControlHeaderStrategy:s
|format:s,destinationArn:s
|name!:s,description:s,apiStages:[34,throttle:35,quota:36,tags:<s
|apiId:s,stage:s,throttle:<35
|burstLimit:i,rateLimit:f
|limit:i,offset:i,period:s
|id:s,name:s,description:s,apiStages:[34,throttle:35,quota:36,productCode:s,tags:<s
|usagePlanId!:s:uusageplanId,keyId!:s,keyType!:s
|id:s,type:s,value:s,name:s
|apiKey!:s:uapi_Key
|restApiId!:s:urestapi_id,authorizerId!:s:uauthorizer_id
|restApiId!:s:urestapi_id,deploymentId!:s:udeployment_id
|restApiId!:s:urestapi_id,responseType!:s:uresponse_type
|restApiId!:s:urestapi_id,resourceId!:s:uresource_id,httpMethod!:s:uhttp_method
|restApiId!:s:urestapi_id,resourceId!:s:uresource_id,httpMethod!:s:uhttp_method,statusCode!:s:ustatus_code
|restApiId!:s:urestapi_id,modelName!:s:umodel_name
|restApiId!:s:urestapi_id,requestValidatorId!:s:urequestvalidator_id
|restApiId!:s:urestapi_id,resourceId!:s:uresource_id
|restApiId!:s:urestapi_id
|restApiId!:s:urestapi_id,stageName!:s:ustage_name
|usagePlanId!:s:uusageplanId
|usagePlanId!:s:uusageplanId,keyId!:s:ukeyId
|
|cloudwatchRoleArn:s,throttleSettings:35,features:[s,apiKeyVersion:s
|apiKey!:s:uapi_Key,includeValue:b:qincludeValue
|position:s:qposition,limit:i:qlimit,nameQuery:s:qname,customerId:s:qcustomerId,includeValues:b:qincludeValues
|warnings:[s,position:s,items:[2:bitem
|restApiId!:s:urestapi_id,position:s:qposition,limit:i:qlimit
|position:s,items:[7:bitem
|restApiId!:s:urestapi_id,deploymentId!:s:udeployment_id,embed:[s:qembed
|position:s,items:[12:bitem
|responseType:s,statusCode:s,responseParameters:<s,responseTemplates:<s,defaultResponse:b
|position:s,items:[62:bitem
|restApiId!:s:urestapi_id,modelName!:s:umodel_name,flatten:b:qflatten
|position:s,items:[15:bitem
|position:s,items:[17:bitem
|restApiId!:s:urestapi_id,resourceId!:s:uresource_id,embed:[s:qembed
|restApiId!:s:urestapi_id,position:s:qposition,limit:i:qlimit,embed:[s:qembed
|position:s,items:[19:bitem
|position:s:qposition,limit:i:qlimit
|position:s,items:[27:bitem
|restApiId!:s:urestapi_id,deploymentId:s:qdeploymentId
|item:[30
|resourceArn!:s:uresource_arn,position:s:qposition,limit:i:qlimit
|tags:<s
|usagePlanId!:s:uusageplanId,position:s:qposition,limit:i:qlimit,nameQuery:s:qname
|position:s,items:[39:bitem
|position:s:qposition,keyId:s:qkeyId,limit:i:qlimit
|position:s,items:[37:bitem
body|failOnWarnings:b:qfailonwarnings,parameters:<s:qparameters,body!:B
|restApiId!:s:urestapi_id,responseType!:s:uresponse_type,statusCode:s,responseParameters:<s,responseTemplates:<s
|restApiId!:s:urestapi_id,resourceId!:s:uresource_id,httpMethod!:s:uhttp_method,type!:s,integrationHttpMethod:s:bhttpMethod,uri:s,connectionType:s,connectionId:s,credentials:s,requestParameters:<s,requestTemplates:<s,passthroughBehavior:s,cacheNamespace:s,cacheKeyParameters:[s,contentHandling:s,timeoutInMillis:i,tlsConfig:24,responseTransferMode:s,integrationTarget:s
|restApiId!:s:urestapi_id,resourceId!:s:uresource_id,httpMethod!:s:uhttp_method,statusCode!:s:ustatus_code,selectionPattern:s,responseParameters:<s,responseTemplates:<s,contentHandling:s
|restApiId!:s:urestapi_id,resourceId!:s:uresource_id,httpMethod!:s:uhttp_method,authorizationType!:s,authorizerId:s,apiKeyRequired:b,operationName:s,requestParameters:<b,requestModels:<s,requestValidatorId:s,authorizationScopes:[s
|restApiId!:s:urestapi_id,resourceId!:s:uresource_id,httpMethod!:s:uhttp_method,statusCode!:s:ustatus_code,responseParameters:<b,responseModels:<s
body|restApiId!:s:urestapi_id,mode:s:qmode,failOnWarnings:b:qfailonwarnings,parameters:<s:qparameters,body!:B
|resourceArn!:s:uresource_arn,tags!:<s
|resourceArn!:s:uresource_arn,tagKeys!:[s:qtagKeys
|apiKey!:s:uapi_Key,patchOperations:[90
|op:s,path:s,value:s,from:s
|restApiId!:s:urestapi_id,authorizerId!:s:uauthorizer_id,patchOperations:[90
|restApiId!:s:urestapi_id,resourceId!:s:uresource_id,httpMethod!:s:uhttp_method,patchOperations:[90
|restApiId!:s:urestapi_id,modelName!:s:umodel_name,patchOperations:[90
|restApiId!:s:urestapi_id,requestValidatorId!:s:urequestvalidator_id,patchOperations:[90
|restApiId!:s:urestapi_id,resourceId!:s:uresource_id,patchOperations:[90
|restApiId!:s:urestapi_id,patchOperations:[90
|restApiId!:s:urestapi_id,stageName!:s:ustage_name,patchOperations:[90
|usagePlanId!:s:uusageplanId,patchOperations:[90
|message:s
|retryAfterSeconds:s:hRetry-After,message:s""",
    "apigatewayv2": """ApiGatewayV2	rest-json	1.1		2018-11-29		apigateway	apigateway	
-
CreateApi	POST /v2/apis	0	2
CreateAuthorizer	POST /v2/apis/{apiId}/authorizers	3	5
CreateDeployment	POST /v2/apis/{apiId}/deployments	6	7
CreateIntegration	POST /v2/apis/{apiId}/integrations	8	10
CreateRoute	POST /v2/apis/{apiId}/routes	11	13
CreateStage	POST /v2/apis/{apiId}/stages	14	17
DeleteApi	DELETE /v2/apis/{apiId}	18
DeleteAuthorizer	DELETE /v2/apis/{apiId}/authorizers/{authorizerId}	19
DeleteDeployment	DELETE /v2/apis/{apiId}/deployments/{deploymentId}	20
DeleteIntegration	DELETE /v2/apis/{apiId}/integrations/{integrationId}	21
DeleteRoute	DELETE /v2/apis/{apiId}/routes/{routeId}	22
DeleteStage	DELETE /v2/apis/{apiId}/stages/{stageName}	23
GetApi	GET /v2/apis/{apiId}	18	2
GetApis	GET /v2/apis	24	25
GetAuthorizer	GET /v2/apis/{apiId}/authorizers/{authorizerId}	19	5
GetAuthorizers	GET /v2/apis/{apiId}/authorizers	27	28
GetDeployment	GET /v2/apis/{apiId}/deployments/{deploymentId}	20	7
GetDeployments	GET /v2/apis/{apiId}/deployments	27	30
GetIntegration	GET /v2/apis/{apiId}/integrations/{integrationId}	21	10
GetIntegrations	GET /v2/apis/{apiId}/integrations	27	31
GetRoute	GET /v2/apis/{apiId}/routes/{routeId}	22	13
GetRoutes	GET /v2/apis/{apiId}/routes	27	32
GetStage	GET /v2/apis/{apiId}/stages/{stageName}	23	17
GetStages	GET /v2/apis/{apiId}/stages	27	34
GetTags	GET /v2/tags/{resource-arn}	36	37
ImportApi	PUT /v2/apis	38	2
ReimportApi	PUT /v2/apis/{apiId}	39	2
TagResource	POST /v2/tags/{resource-arn}	40	41
UntagResource	DELETE /v2/tags/{resource-arn}	42
UpdateApi	PATCH /v2/apis/{apiId}	43	2
UpdateAuthorizer	PATCH /v2/apis/{apiId}/authorizers/{authorizerId}	44	5
UpdateIntegration	PATCH /v2/apis/{apiId}/integrations/{integrationId}	45	10
UpdateRoute	PATCH /v2/apis/{apiId}/routes/{routeId}	46	13
UpdateStage	PATCH /v2/apis/{apiId}/stages/{stageName}	47	17
-
AccessDeniedException=:48 BadRequestException=:48 ConflictException=:48 NotFoundException=:49 TooManyRequestsException=:50
-
GetApis	NextToken	NextToken	Items	MaxResults
GetAuthorizers	NextToken	NextToken	Items	MaxResults
GetDeployments	NextToken	NextToken	Items	MaxResults
GetIntegrations	NextToken	NextToken	Items	MaxResults
GetRoutes	NextToken	NextToken	Items	MaxResults
GetStages	NextToken	NextToken	Items	MaxResults
-

-
|ApiKeySelectionExpression:s:bapiKeySelectionExpression,CorsConfiguration:1:bcorsConfiguration,CredentialsArn:s:bcredentialsArn,Description:s:bdescription,DisableSchemaValidation:b:bdisableSchemaValidation,DisableExecuteApiEndpoint:b:bdisableExecuteApiEndpoint,IpAddressType:s:bipAddressType,Name!:s:bname,ProtocolType!:s:bprotocolType,RouteKey:s:brouteKey,RouteSelectionExpression:s:brouteSelectionExpression,Tags:<s:btags,Target:s:btarget,Version:s:bversion
|AllowCredentials:b:ballowCredentials,AllowHeaders:[s:ballowHeaders,AllowMethods:[s:ballowMethods,AllowOrigins:[s:ballowOrigins,ExposeHeaders:[s:bexposeHeaders,MaxAge:i:bmaxAge
|ApiEndpoint:s:bapiEndpoint,ApiGatewayManaged:b:bapiGatewayManaged,ApiId:s:bapiId,ApiKeySelectionExpression:s:bapiKeySelectionExpression,CorsConfiguration:1:bcorsConfiguration,CreatedDate:ti:bcreatedDate,Description:s:bdescription,DisableSchemaValidation:b:bdisableSchemaValidation,DisableExecuteApiEndpoint:b:bdisableExecuteApiEndpoint,ImportInfo:[s:bimportInfo,IpAddressType:s:bipAddressType,Name:s:bname,ProtocolType:s:bprotocolType,RouteSelectionExpression:s:brouteSelectionExpression,Tags:<s:btags,Version:s:bversion,Warnings:[s:bwarnings
|ApiId!:s:uapiId,AuthorizerCredentialsArn:s:bauthorizerCredentialsArn,AuthorizerPayloadFormatVersion:s:bauthorizerPayloadFormatVersion,AuthorizerResultTtlInSeconds:i:bauthorizerResultTtlInSeconds,AuthorizerType!:s:bauthorizerType,AuthorizerUri:s:bauthorizerUri,EnableSimpleResponses:b:benableSimpleResponses,IdentitySource!:[s:bidentitySource,IdentityValidationExpression:s:bidentityValidationExpression,JwtConfiguration:4:bjwtConfiguration,Name!:s:bname
|Audience:[s:baudience,Issuer:s:bissuer
|AuthorizerCredentialsArn:s:bauthorizerCredentialsArn,AuthorizerId:s:bauthorizerId,AuthorizerPayloadFormatVersion:s:bauthorizerPayloadFormatVersion,AuthorizerResultTtlInSeconds:i:bauthorizerResultTtlInSeconds,AuthorizerType:s:bauthorizerType,AuthorizerUri:s:bauthorizerUri,EnableSimpleResponses:b:benableSimpleResponses,IdentitySource:[s:bidentitySource,IdentityValidationExpression:s:bidentityValidationExpression,JwtConfiguration:4:bjwtConfiguration,Name:s:bname
|ApiId!:s:uapiId,Description:s:bdescription,StageName:s:bstageName
|AutoDeployed:b:bautoDeployed,CreatedDate:ti:bcreatedDate,DeploymentId:s:bdeploymentId,DeploymentStatus:s:bdeploymentStatus,DeploymentStatusMessage:s:bdeploymentStatusMessage,Description:s:bdescription
|ApiId!:s:uapiId,ConnectionId:s:bconnectionId,ConnectionType:s:bconnectionType,ContentHandlingStrategy:s:bcontentHandlingStrategy,CredentialsArn:s:bcredentialsArn,Description:s:bdescription,IntegrationMethod:s:bintegrationMethod,IntegrationSubtype:s:bintegrationSubtype,IntegrationType!:s:bintegrationType,IntegrationUri:s:bintegrationUri,PassthroughBehavior:s:bpassthroughBehavior,PayloadFormatVersion:s:bpayloadFormatVersion,RequestParameters:<s:brequestParameters,RequestTemplates:<s:brequestTemplates,ResponseParameters:<<s:bresponseParameters,TemplateSelectionExpression:s:btemplateSelectionExpression,TimeoutInMillis:50>i:btimeoutInMillis,TlsConfig:9:btlsConfig
|ServerNameToVerify:s:bserverNameToVerify
|ApiGatewayManaged:b:bapiGatewayManaged,ConnectionId:s:bconnectionId,ConnectionType:s:bconnectionType,ContentHandlingStrategy:s:bcontentHandlingStrategy,CredentialsArn:s:bcredentialsArn,Description:s:bdescription,IntegrationId:s:bintegrationId,IntegrationMethod:s:bintegrationMethod,IntegrationResponseSelectionExpression:s:bintegrationResponseSelectionExpression,IntegrationSubtype:s:bintegrationSubtype,IntegrationType:s:bintegrationType,IntegrationUri:s:bintegrationUri,PassthroughBehavior:s:bpassthroughBehavior,PayloadFormatVersion:s:bpayloadFormatVersion,RequestParameters:<s:brequestParameters,RequestTemplates:<s:brequestTemplates,ResponseParameters:<<s:bresponseParameters,TemplateSelectionExpression:s:btemplateSelectionExpression,TimeoutInMillis:50>i:btimeoutInMillis,TlsConfig:9:btlsConfig
|ApiId!:s:uapiId,ApiKeyRequired:b:bapiKeyRequired,AuthorizationScopes:[s:bauthorizationScopes,AuthorizationType:s:bauthorizationType,AuthorizerId:s:bauthorizerId,ModelSelectionExpression:s:bmodelSelectionExpression,OperationName:s:boperationName,RequestModels:<s:brequestModels,RequestParameters:<12:brequestParameters,RouteKey!:s:brouteKey,RouteResponseSelectionExpression:s:brouteResponseSelectionExpression,Target:s:btarget
|Required:b:brequired
|ApiGatewayManaged:b:bapiGatewayManaged,ApiKeyRequired:b:bapiKeyRequired,AuthorizationScopes:[s:bauthorizationScopes,AuthorizationType:s:bauthorizationType,AuthorizerId:s:bauthorizerId,ModelSelectionExpression:s:bmodelSelectionExpression,OperationName:s:boperationName,RequestModels:<s:brequestModels,RequestParameters:<12:brequestParameters,RouteId:s:brouteId,RouteKey:s:brouteKey,RouteResponseSelectionExpression:s:brouteResponseSelectionExpression,Target:s:btarget
|AccessLogSettings:15:baccessLogSettings,ApiId!:s:uapiId,AutoDeploy:b:bautoDeploy,ClientCertificateId:s:bclientCertificateId,DefaultRouteSettings:16:bdefaultRouteSettings,DeploymentId:s:bdeploymentId,Description:s:bdescription,RouteSettings:<16:brouteSettings,StageName!:s:bstageName,StageVariables:<s:bstageVariables,Tags:<s:btags
|DestinationArn:s:bdestinationArn,Format:s:bformat
|DataTraceEnabled:b:bdataTraceEnabled,DetailedMetricsEnabled:b:bdetailedMetricsEnabled,LoggingLevel:s:bloggingLevel,ThrottlingBurstLimit:i:bthrottlingBurstLimit,ThrottlingRateLimit:f:bthrottlingRateLimit
|AccessLogSettings:15:baccessLogSettings,ApiGatewayManaged:b:bapiGatewayManaged,AutoDeploy:b:bautoDeploy,ClientCertificateId:s:bclientCertificateId,CreatedDate:ti:bcreatedDate,DefaultRouteSettings:16:bdefaultRouteSettings,DeploymentId:s:bdeploymentId,Description:s:bdescription,LastDeploymentStatusMessage:s:blastDeploymentStatusMessage,LastUpdatedDate:ti:blastUpdatedDate,RouteSettings:<16:brouteSettings,StageName:s:bstageName,StageVariables:<s:bstageVariables,Tags:<s:btags
|ApiId!:s:uapiId
|ApiId!:s:uapiId,AuthorizerId!:s:uauthorizerId
|ApiId!:s:uapiId,DeploymentId!:s:udeploymentId
|ApiId!:s:uapiId,IntegrationId!:s:uintegrationId
|ApiId!:s:uapiId,RouteId!:s:urouteId
|ApiId!:s:uapiId,StageName!:s:ustageName
|MaxResults:s:qmaxResults,NextToken:s:qnextToken
|Items:[26:bitems,NextToken:s:bnextToken
|ApiEndpoint:s:bapiEndpoint,ApiGatewayManaged:b:bapiGatewayManaged,ApiId:s:bapiId,ApiKeySelectionExpression:s:bapiKeySelectionExpression,CorsConfiguration:1:bcorsConfiguration,CreatedDate:ti:bcreatedDate,Description:s:bdescription,DisableSchemaValidation:b:bdisableSchemaValidation,DisableExecuteApiEndpoint:b:bdisableExecuteApiEndpoint,ImportInfo:[s:bimportInfo,IpAddressType:s:bipAddressType,Name!:s:bname,ProtocolType!:s:bprotocolType,RouteSelectionExpression!:s:brouteSelectionExpression,Tags:<s:btags,Version:s:bversion,Warnings:[s:bwarnings
|ApiId!:s:uapiId,MaxResults:s:qmaxResults,NextToken:s:qnextToken
|Items:[29:bitems,NextToken:s:bnextToken
|AuthorizerCredentialsArn:s:bauthorizerCredentialsArn,AuthorizerId:s:bauthorizerId,AuthorizerPayloadFormatVersion:s:bauthorizerPayloadFormatVersion,AuthorizerResultTtlInSeconds:i:bauthorizerResultTtlInSeconds,AuthorizerType:s:bauthorizerType,AuthorizerUri:s:bauthorizerUri,EnableSimpleResponses:b:benableSimpleResponses,IdentitySource:[s:bidentitySource,IdentityValidationExpression:s:bidentityValidationExpression,JwtConfiguration:4:bjwtConfiguration,Name!:s:bname
|Items:[7:bitems,NextToken:s:bnextToken
|Items:[10:bitems,NextToken:s:bnextToken
|Items:[33:bitems,NextToken:s:bnextToken
|ApiGatewayManaged:b:bapiGatewayManaged,ApiKeyRequired:b:bapiKeyRequired,AuthorizationScopes:[s:bauthorizationScopes,AuthorizationType:s:bauthorizationType,AuthorizerId:s:bauthorizerId,ModelSelectionExpression:s:bmodelSelectionExpression,OperationName:s:boperationName,RequestModels:<s:brequestModels,RequestParameters:<12:brequestParameters,RouteId:s:brouteId,RouteKey!:s:brouteKey,RouteResponseSelectionExpression:s:brouteResponseSelectionExpression,Target:s:btarget
|Items:[35:bitems,NextToken:s:bnextToken
|AccessLogSettings:15:baccessLogSettings,ApiGatewayManaged:b:bapiGatewayManaged,AutoDeploy:b:bautoDeploy,ClientCertificateId:s:bclientCertificateId,CreatedDate:ti:bcreatedDate,DefaultRouteSettings:16:bdefaultRouteSettings,DeploymentId:s:bdeploymentId,Description:s:bdescription,LastDeploymentStatusMessage:s:blastDeploymentStatusMessage,LastUpdatedDate:ti:blastUpdatedDate,RouteSettings:<16:brouteSettings,StageName!:s:bstageName,StageVariables:<s:bstageVariables,Tags:<s:btags
|ResourceArn!:s:uresource-arn
|Tags:<s:btags
|Basepath:s:qbasepath,Body!:s:bbody,FailOnWarnings:b:qfailOnWarnings
|ApiId!:s:uapiId,Basepath:s:qbasepath,Body!:s:bbody,FailOnWarnings:b:qfailOnWarnings
|ResourceArn!:s:uresource-arn,Tags:<s:btags
|
|ResourceArn!:s:uresource-arn,TagKeys!:[s:qtagKeys
|ApiId!:s:uapiId,ApiKeySelectionExpression:s:bapiKeySelectionExpression,CorsConfiguration:1:bcorsConfiguration,CredentialsArn:s:bcredentialsArn,Description:s:bdescription,DisableSchemaValidation:b:bdisableSchemaValidation,DisableExecuteApiEndpoint:b:bdisableExecuteApiEndpoint,IpAddressType:s:bipAddressType,Name:s:bname,RouteKey:s:brouteKey,RouteSelectionExpression:s:brouteSelectionExpression,Target:s:btarget,Version:s:bversion
|ApiId!:s:uapiId,AuthorizerCredentialsArn:s:bauthorizerCredentialsArn,AuthorizerId!:s:uauthorizerId,AuthorizerPayloadFormatVersion:s:bauthorizerPayloadFormatVersion,AuthorizerResultTtlInSeconds:i:bauthorizerResultTtlInSeconds,AuthorizerType:s:bauthorizerType,AuthorizerUri:s:bauthorizerUri,EnableSimpleResponses:b:benableSimpleResponses,IdentitySource:[s:bidentitySource,IdentityValidationExpression:s:bidentityValidationExpression,JwtConfiguration:4:bjwtConfiguration,Name:s:bname
|ApiId!:s:uapiId,ConnectionId:s:bconnectionId,ConnectionType:s:bconnectionType,ContentHandlingStrategy:s:bcontentHandlingStrategy,CredentialsArn:s:bcredentialsArn,Description:s:bdescription,IntegrationId!:s:uintegrationId,IntegrationMethod:s:bintegrationMethod,IntegrationSubtype:s:bintegrationSubtype,IntegrationType:s:bintegrationType,IntegrationUri:s:bintegrationUri,PassthroughBehavior:s:bpassthroughBehavior,PayloadFormatVersion:s:bpayloadFormatVersion,RequestParameters:<s:brequestParameters,RequestTemplates:<s:brequestTemplates,ResponseParameters:<<s:bresponseParameters,TemplateSelectionExpression:s:btemplateSelectionExpression,TimeoutInMillis:50>i:btimeoutInMillis,TlsConfig:9:btlsConfig
|ApiId!:s:uapiId,ApiKeyRequired:b:bapiKeyRequired,AuthorizationScopes:[s:bauthorizationScopes,AuthorizationType:s:bauthorizationType,AuthorizerId:s:bauthorizerId,ModelSelectionExpression:s:bmodelSelectionExpression,OperationName:s:boperationName,RequestModels:<s:brequestModels,RequestParameters:<12:brequestParameters,RouteId!:s:urouteId,RouteKey:s:brouteKey,RouteResponseSelectionExpression:s:brouteResponseSelectionExpression,Target:s:btarget
|AccessLogSettings:15:baccessLogSettings,ApiId!:s:uapiId,AutoDeploy:b:bautoDeploy,ClientCertificateId:s:bclientCertificateId,DefaultRouteSettings:16:bdefaultRouteSettings,DeploymentId:s:bdeploymentId,Description:s:bdescription,RouteSettings:<16:brouteSettings,StageName!:s:ustageName,StageVariables:<s:bstageVariables
|Message:s:bmessage
|Message:s:bmessage,ResourceType:s:bresourceType
|LimitType:s:blimitType,Message:s:bmessage""",
    "application-autoscaling": """Application Auto Scaling	json	1.1	AnyScaleFrontendService	2016-02-06		application-autoscaling	application-autoscaling	
-
DeleteScalingPolicy		0	1
DeleteScheduledAction		2	1
DeregisterScalableTarget		3	1
DescribeScalableTargets		4	5
DescribeScalingActivities		8	9
DescribeScalingPolicies		12	13
DescribeScheduledActions		31	32
ListTagsForResource		35	36
PutScalingPolicy		37	38
PutScheduledAction		39	1
RegisterScalableTarget		40	41
TagResource		42	1
UntagResource		43	1
-
ConcurrentUpdateException=:44 FailedResourceAccessException=:44 InternalServiceException=:44 InvalidNextTokenException=:44 LimitExceededException=:44 ObjectNotFoundException=:44 ResourceNotFoundException=:45 TooManyTagsException=:45 ValidationException=:44
-
DescribeScalableTargets	NextToken	NextToken	ScalableTargets	MaxResults
DescribeScalingActivities	NextToken	NextToken	ScalingActivities	MaxResults
DescribeScalingPolicies	NextToken	NextToken	ScalingPolicies	MaxResults
DescribeScheduledActions	NextToken	NextToken	ScheduledActions	MaxResults
-

-
|PolicyName!:1>s,ServiceNamespace!:s,ResourceId!:1>s,ScalableDimension!:s
|
|ServiceNamespace!:s,ScheduledActionName!:1>s,ResourceId!:1>s,ScalableDimension!:s
|ServiceNamespace!:s,ResourceId!:1>s,ScalableDimension!:s
|ServiceNamespace!:s,ResourceIds:[1>s,ScalableDimension:s,MaxResults:i,NextToken:s
|ScalableTargets:[6,NextToken:s
|ServiceNamespace!:s,ResourceId!:1>s,ScalableDimension!:s,MinCapacity!:i,MaxCapacity!:i,PredictedCapacity:i,RoleARN!:1>s,CreationTime!:t,SuspendedState:7,ScalableTargetARN:s
|DynamicScalingInSuspended:b,DynamicScalingOutSuspended:b,ScheduledScalingSuspended:b
|ServiceNamespace!:s,ResourceId:1>s,ScalableDimension:s,MaxResults:i,NextToken:s,IncludeNotScaledActivities:b
|ScalingActivities:[10,NextToken:s
|ActivityId!:s,ServiceNamespace!:s,ResourceId!:1>s,ScalableDimension!:s,Description!:s,Cause!:s,StartTime!:t,EndTime:t,StatusCode!:s,StatusMessage:s,Details:s,NotScaledReasons:[11
|Code!:s,MaxCapacity:i,MinCapacity:i,CurrentCapacity:i
|PolicyNames:[1>s,ServiceNamespace!:s,ResourceId:1>s,ScalableDimension:s,MaxResults:i,NextToken:s
|ScalingPolicies:[14,NextToken:s
|PolicyARN!:1>s,PolicyName!:1>s,ServiceNamespace!:s,ResourceId!:1>s,ScalableDimension!:s,PolicyType!:s,StepScalingPolicyConfiguration:15,TargetTrackingScalingPolicyConfiguration:17,PredictiveScalingPolicyConfiguration:25,Alarms:[30,CreationTime!:t
|AdjustmentType:s,StepAdjustments:[16,MinAdjustmentMagnitude:i,Cooldown:i,MetricAggregationType:s
|MetricIntervalLowerBound:f,MetricIntervalUpperBound:f,ScalingAdjustment!:i
|TargetValue!:f,PredefinedMetricSpecification:18,CustomizedMetricSpecification:19,ScaleOutCooldown:i,ScaleInCooldown:i,DisableScaleIn:b
|PredefinedMetricType!:s,ResourceLabel:1>s
|MetricName:s,Namespace:s,Dimensions:[20,Statistic:s,Unit:s,Metrics:[21
|Name!:s,Value!:s
|Expression:1>s,Id!:1>s,Label:s,MetricStat:22,ReturnData:b
|Metric!:23,Stat!:s,Unit:1>s
|Dimensions:[24,MetricName:1>s,Namespace:1>s
|Name!:1>s,Value!:1>s
|MetricSpecifications!:[26,Mode:s,SchedulingBufferTime:i,MaxCapacityBreachBehavior:s,MaxCapacityBuffer:i
|TargetValue!:f,PredefinedMetricPairSpecification:27,PredefinedScalingMetricSpecification:27,PredefinedLoadMetricSpecification:27,CustomizedScalingMetricSpecification:28,CustomizedLoadMetricSpecification:28,CustomizedCapacityMetricSpecification:28
|PredefinedMetricType!:1>s,ResourceLabel:1>s
|MetricDataQueries!:[29
|Id!:1>s,Expression:1>s,MetricStat:22,Label:s,ReturnData:b
|AlarmName!:s,AlarmARN!:s
|ScheduledActionNames:[1>s,ServiceNamespace!:s,ResourceId:1>s,ScalableDimension:s,MaxResults:i,NextToken:s
|ScheduledActions:[33,NextToken:s
|ScheduledActionName!:1>s,ScheduledActionARN!:1>s,ServiceNamespace!:s,Schedule!:1>s,Timezone:1>s,ResourceId!:1>s,ScalableDimension:s,StartTime:t,EndTime:t,ScalableTargetAction:34,CreationTime!:t
|MinCapacity:i,MaxCapacity:i
|ResourceARN!:1>s
|Tags:<s
|PolicyName!:1>s,ServiceNamespace!:s,ResourceId!:1>s,ScalableDimension!:s,PolicyType:s,StepScalingPolicyConfiguration:15,TargetTrackingScalingPolicyConfiguration:17,PredictiveScalingPolicyConfiguration:25
|PolicyARN!:1>s,Alarms:[30
|ServiceNamespace!:s,Schedule:1>s,Timezone:1>s,ScheduledActionName!:1>s,ResourceId!:1>s,ScalableDimension!:s,StartTime:t,EndTime:t,ScalableTargetAction:34
|ServiceNamespace!:s,ResourceId!:1>s,ScalableDimension!:s,MinCapacity:i,MaxCapacity:i,RoleARN:1>s,SuspendedState:7,Tags:<s
|ScalableTargetARN:s
|ResourceARN!:1>s,Tags!:<s
|ResourceARN!:1>s,TagKeys!:[1>s
|Message:s
|Message:s,ResourceName:1>s""",
    "cloudformation": """CloudFormation	query			2010-05-15		cloudformation	cloudformation	
-
CancelUpdateStack		0
ContinueUpdateRollback		1	2	ContinueUpdateRollbackResult
CreateChangeSet		3	10	CreateChangeSetResult
CreateStack		11	12	CreateStackResult
DeleteChangeSet		13	2	DeleteChangeSetResult
DeleteStack		14
DescribeChangeSet		15	16	DescribeChangeSetResult
DescribeStackEvents		24	25	DescribeStackEventsResult
DescribeStackResource		27	28	DescribeStackResourceResult
DescribeStackResources		31	32	DescribeStackResourcesResult
DescribeStacks		34	35	DescribeStacksResult
ExecuteChangeSet		40	2	ExecuteChangeSetResult
GetStackPolicy		41	42	GetStackPolicyResult
GetTemplate		43	44	GetTemplateResult
GetTemplateSummary		45	47	GetTemplateSummaryResult
ListChangeSets		52	53	ListChangeSetsResult
ListExports		55	56	ListExportsResult
ListImports		58	59	ListImportsResult
ListStackResources		24	60	ListStackResourcesResult
ListStacks		62	63	ListStacksResult
SetStackPolicy		65
UpdateStack		66	12	UpdateStackResult
UpdateTerminationProtection		67	68	UpdateTerminationProtectionResult
ValidateTemplate		69	70	ValidateTemplateResult
-
AlreadyExistsException=:2 CFNRegistryException=:72 ChangeSetNotFoundException=ChangeSetNotFound:2 ConcurrentResourcesLimitExceededException=ConcurrentResourcesLimitExceeded:2 CreatedButModifiedException=:2 GeneratedTemplateNotFoundException=GeneratedTemplateNotFound:2 HookResultNotFoundException=HookResultNotFound:2 InsufficientCapabilitiesException=:2 InvalidChangeSetStatusException=InvalidChangeSetStatus:2 InvalidOperationException=:2 InvalidStateTransitionException=InvalidStateTransition:2 LimitExceededException=:2 NameAlreadyExistsException=:2 OperationIdAlreadyExistsException=:2 OperationInProgressException=:2 OperationNotFoundException=:2 OperationStatusCheckFailedException=ConditionalCheckFailed:2 ResourceScanInProgressException=ResourceScanInProgress:2 ResourceScanLimitExceededException=ResourceScanLimitExceeded:2 ResourceScanNotFoundException=ResourceScanNotFound:2 StackInstanceNotFoundException=:2 StackNotFoundException=:2 StackRefactorNotFoundException=:2 StackSetNotEmptyException=:2 StackSetNotFoundException=:2 StaleRequestException=:2 TokenAlreadyExistsException=:2 TypeConfigurationNotFoundException=:2 TypeNotFoundException=:2
-
DescribeChangeSet	NextToken	NextToken	Changes			ChangeSetName,ChangeSetId,StackId,StackName,Description,Parameters,CreationTime,ExecutionStatus,Status,StatusReason,NotificationARNs,RollbackConfiguration,Capabilities,Tags,ParentChangeSetId,IncludeNestedStacks,RootChangeSetId,OnStackFailure,ImportExistingResources,StackDriftStatus,DeploymentMode,DeploymentConfig
DescribeStackEvents	NextToken	NextToken	StackEvents
DescribeStacks	NextToken	NextToken	Stacks
ListChangeSets	NextToken	NextToken	Summaries
ListExports	NextToken	NextToken	Exports
ListImports	NextToken	NextToken	Imports
ListStackResources	NextToken	NextToken	StackResourceSummaries
ListStacks	NextToken	NextToken	StackSummaries
-
ChangeSetCreateComplete	DescribeChangeSet	30	120	success path Status CREATE_COMPLETE	failure path Status FAILED	failure error  ValidationError
StackCreateComplete	DescribeStacks	30	120	success pathAll Stacks[].StackStatus CREATE_COMPLETE	success pathAll Stacks[].StackStatus UPDATE_COMPLETE	success pathAll Stacks[].StackStatus UPDATE_IN_PROGRESS	success pathAll Stacks[].StackStatus UPDATE_COMPLETE_CLEANUP_IN_PROGRESS	success pathAll Stacks[].StackStatus UPDATE_FAILED	success pathAll Stacks[].StackStatus UPDATE_ROLLBACK_IN_PROGRESS	success pathAll Stacks[].StackStatus UPDATE_ROLLBACK_FAILED	success pathAll Stacks[].StackStatus UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS	success pathAll Stacks[].StackStatus UPDATE_ROLLBACK_COMPLETE	failure pathAny Stacks[].StackStatus CREATE_FAILED	failure pathAny Stacks[].StackStatus DELETE_COMPLETE	failure pathAny Stacks[].StackStatus DELETE_FAILED	failure pathAny Stacks[].StackStatus ROLLBACK_FAILED	failure pathAny Stacks[].StackStatus ROLLBACK_COMPLETE	failure error  ValidationError
StackDeleteComplete	DescribeStacks	30	120	success pathAll Stacks[].StackStatus DELETE_COMPLETE	success error  ValidationError	failure pathAny Stacks[].StackStatus DELETE_FAILED	failure pathAny Stacks[].StackStatus CREATE_FAILED	failure pathAny Stacks[].StackStatus ROLLBACK_FAILED	failure pathAny Stacks[].StackStatus UPDATE_ROLLBACK_IN_PROGRESS	failure pathAny Stacks[].StackStatus UPDATE_ROLLBACK_FAILED	failure pathAny Stacks[].StackStatus UPDATE_ROLLBACK_COMPLETE	failure pathAny Stacks[].StackStatus UPDATE_COMPLETE
StackExists	DescribeStacks	5	20	success status  200	retry error  ValidationError
StackImportComplete	DescribeStacks	30	120	success pathAll Stacks[].StackStatus IMPORT_COMPLETE	failure pathAny Stacks[].StackStatus ROLLBACK_COMPLETE	failure pathAny Stacks[].StackStatus ROLLBACK_FAILED	failure pathAny Stacks[].StackStatus IMPORT_ROLLBACK_IN_PROGRESS	failure pathAny Stacks[].StackStatus IMPORT_ROLLBACK_FAILED	failure pathAny Stacks[].StackStatus IMPORT_ROLLBACK_COMPLETE	failure error  ValidationError
StackRollbackComplete	DescribeStacks	30	120	success pathAll Stacks[].StackStatus UPDATE_ROLLBACK_COMPLETE	failure pathAny Stacks[].StackStatus UPDATE_FAILED	failure pathAny Stacks[].StackStatus UPDATE_ROLLBACK_FAILED	failure pathAny Stacks[].StackStatus DELETE_FAILED	failure error  ValidationError
StackUpdateComplete	DescribeStacks	30	120	success pathAll Stacks[].StackStatus UPDATE_COMPLETE	failure pathAny Stacks[].StackStatus UPDATE_FAILED	failure pathAny Stacks[].StackStatus UPDATE_ROLLBACK_FAILED	failure pathAny Stacks[].StackStatus UPDATE_ROLLBACK_COMPLETE	failure error  ValidationError
-
|StackName!:s,ClientRequestToken:1>s
|StackName!:1>s,RoleARN:20>s,ResourcesToSkip:[s,ClientRequestToken:1>s,ForceRollback:b
|
|StackName!:1>s,TemplateBody:1>s,TemplateURL:1>s,UsePreviousTemplate:b,Parameters:[4,Capabilities:[s,ResourceTypes:[1>s,RoleARN:20>s,RollbackConfiguration:5,NotificationARNs:[s,Tags:[7,ChangeSetName!:1>s,ClientToken:1>s,Description:1>s,ChangeSetType:s,ResourcesToImport:[8,IncludeNestedStacks:b,OnStackFailure:s,ImportExistingResources:b,DeploymentMode:s,DeploymentConfig:9,DisableValidation:b
|ParameterKey:s,ParameterValue:s,UsePreviousValue:b,ResolvedValue:s
|RollbackTriggers:[6,MonitoringTimeInMinutes:i
|Arn!:s,Type!:s
|Key!:1>s,Value!:1>s
|ResourceType!:1>s,LogicalResourceId!:s,ResourceIdentifier!:<1>s
|Mode:s,DisableRollback:b
|Id:1>s,StackId:s
|StackName!:s,TemplateBody:1>s,TemplateURL:1>s,Parameters:[4,DisableRollback:b,RollbackConfiguration:5,TimeoutInMinutes:1>i,NotificationARNs:[s,Capabilities:[s,ResourceTypes:[1>s,RoleARN:20>s,OnFailure:s,StackPolicyBody:1>s,StackPolicyURL:1>s,Tags:[7,ClientRequestToken:1>s,EnableTerminationProtection:b,RetainExceptOnCreate:b,DeploymentConfig:9,DisableValidation:b
|StackId:s,OperationId:s
|ChangeSetName!:1>s,StackName:1>s
|StackName!:s,RetainResources:[s,RoleARN:20>s,ClientRequestToken:1>s,DeletionMode:s,DeploymentConfig:9
|ChangeSetName!:1>s,StackName:1>s,NextToken:1>s,IncludePropertyValues:b
|ChangeSetName:1>s,ChangeSetId:1>s,StackId:s,StackName:s,Description:1>s,Parameters:[4,CreationTime:t,ExecutionStatus:s,Status:s,StatusReason:s,StackDriftStatus:s,NotificationARNs:[s,RollbackConfiguration:5,Capabilities:[s,Tags:[7,Changes:[17,NextToken:1>s,IncludeNestedStacks:b,ParentChangeSetId:1>s,RootChangeSetId:1>s,OnStackFailure:s,ImportExistingResources:b,DeploymentMode:s,DeploymentConfig:9
|Type:s,HookInvocationCount:1>i,ResourceChange:18
|PolicyAction:s,Action:s,LogicalResourceId:s,PhysicalResourceId:s,ResourceType:1>s,Replacement:s,Scope:[s,ResourceDriftStatus:s,ResourceDriftIgnoredAttributes:[19,Details:[20,ChangeSetId:1>s,ModuleInfo:23,BeforeContext:s,AfterContext:s,PreviousDeploymentContext:s
|Path:s,Reason:s
|Target:21,Evaluation:s,ChangeSource:s,CausingEntity:s
|Attribute:s,Name:s,RequiresRecreation:s,Path:s,BeforeValue:s,AfterValue:s,BeforeValueFrom:s,AfterValueFrom:s,Drift:22,AttributeChangeType:s
|PreviousValue:s,ActualValue:s,DriftDetectionTimestamp:t
|TypeHierarchy:s,LogicalIdHierarchy:s
|StackName!:s,NextToken:1>s
|StackEvents:[26,NextToken:1>s
|StackId!:s,EventId!:s,StackName!:s,OperationId:s,LogicalResourceId:s,PhysicalResourceId:s,ResourceType:1>s,Timestamp!:t,ResourceStatus:s,ResourceStatusReason:s,ResourceProperties:s,ClientRequestToken:1>s,HookType:1>s,HookStatus:s,HookStatusReason:1>s,HookInvocationPoint:s,HookInvocationId:36>s,HookFailureMode:s,DetailedStatus:s
|StackName!:s,LogicalResourceId!:s
|StackResourceDetail:29
|StackName:s,StackId:s,LogicalResourceId!:s,PhysicalResourceId:s,ResourceType!:1>s,LastUpdatedTimestamp!:t,ResourceStatus!:s,ResourceStatusReason:s,Description:1>s,Metadata:s,DriftInformation:30,ModuleInfo:23
|StackResourceDriftStatus!:s,LastCheckTimestamp:t
|StackName:s,LogicalResourceId:s,PhysicalResourceId:s
|StackResources:[33
|StackName:s,StackId:s,LogicalResourceId!:s,PhysicalResourceId:s,ResourceType!:1>s,Timestamp!:t,ResourceStatus!:s,ResourceStatusReason:s,Description:1>s,DriftInformation:30,ModuleInfo:23
|StackName:s,NextToken:1>s
|Stacks:[36,NextToken:1>s
|StackId:s,StackName!:s,ChangeSetId:1>s,Description:1>s,Parameters:[4,CreationTime!:t,DeletionTime:t,LastUpdatedTime:t,RollbackConfiguration:5,StackStatus!:s,StackStatusReason:s,DisableRollback:b,DeploymentConfig:9,NotificationARNs:[s,TimeoutInMinutes:1>i,Capabilities:[s,Outputs:[37,RoleARN:20>s,Tags:[7,EnableTerminationProtection:b,ParentId:s,RootId:s,DriftInformation:38,RetainExceptOnCreate:b,DeletionMode:s,DetailedStatus:s,LastOperations:[39,AliasName:1>s
|OutputKey:s,OutputValue:s,Description:1>s,ExportName:s
|StackDriftStatus!:s,LastCheckTimestamp:t
|OperationType:s,OperationId:s
|ChangeSetName!:1>s,StackName:1>s,ClientRequestToken:1>s,DisableRollback:b,RetainExceptOnCreate:b
|StackName!:s
|StackPolicyBody:1>s
|StackName:s,ChangeSetName:1>s,TemplateStage:s
|TemplateBody:1>s,StagesAvailable:[s
|TemplateBody:1>s,TemplateURL:1>s,StackName:1>s,StackSetName:s,CallAs:s,TemplateSummaryConfig:46
|TreatUnrecognizedResourceTypesAsWarnings:b
|Parameters:[48,Description:1>s,Capabilities:[s,CapabilitiesReason:s,ResourceTypes:[1>s,Version:s,Metadata:s,DeclaredTransforms:[s,ResourceIdentifierSummaries:[50,Warnings:51
|ParameterKey:s,DefaultValue:s,ParameterType:s,NoEcho:b,Description:1>s,ParameterConstraints:49
|AllowedValues:[s
|ResourceType:1>s,LogicalResourceIds:1>[s,ResourceIdentifiers:[1>s
|UnrecognizedResourceTypes:[1>s
|StackName!:1>s,NextToken:1>s
|Summaries:[54,NextToken:1>s
|StackId:s,StackName:s,ChangeSetId:1>s,ChangeSetName:1>s,ExecutionStatus:s,Status:s,StatusReason:s,CreationTime:t,Description:1>s,IncludeNestedStacks:b,ParentChangeSetId:1>s,RootChangeSetId:1>s,ImportExistingResources:b
|NextToken:1>s
|Exports:[57,NextToken:1>s
|ExportingStackId:s,Name:s,Value:s
|ExportName!:s,NextToken:1>s
|Imports:[s,NextToken:1>s
|StackResourceSummaries:[61,NextToken:1>s
|LogicalResourceId!:s,PhysicalResourceId:s,ResourceType!:1>s,LastUpdatedTimestamp!:t,ResourceStatus!:s,ResourceStatusReason:s,DriftInformation:30,ModuleInfo:23
|NextToken:1>s,StackStatusFilter:[s
|StackSummaries:[64,NextToken:1>s
|StackId:s,StackName!:s,TemplateDescription:s,CreationTime!:t,LastUpdatedTime:t,DeletionTime:t,StackStatus!:s,StackStatusReason:s,ParentId:s,RootId:s,DriftInformation:38,LastOperations:[39
|StackName!:s,StackPolicyBody:1>s,StackPolicyURL:1>s
|StackName!:s,TemplateBody:1>s,TemplateURL:1>s,UsePreviousTemplate:b,StackPolicyDuringUpdateBody:1>s,StackPolicyDuringUpdateURL:1>s,Parameters:[4,Capabilities:[s,ResourceTypes:[1>s,RoleARN:20>s,RollbackConfiguration:5,StackPolicyBody:1>s,StackPolicyURL:1>s,NotificationARNs:[s,Tags:[7,DisableRollback:b,ClientRequestToken:1>s,RetainExceptOnCreate:b,DeploymentConfig:9,DisableValidation:b
|EnableTerminationProtection!:b,StackName!:1>s
|StackId:s
|TemplateBody:1>s,TemplateURL:1>s
|Parameters:[71,Description:1>s,Capabilities:[s,CapabilitiesReason:s,DeclaredTransforms:[s
|ParameterKey:s,DefaultValue:s,NoEcho:b,Description:1>s
|Message:1>s""",
    "cognito-idp": """Cognito Identity Provider	json	1.1	AWSCognitoIdentityProviderService	2016-04-18		cognito-idp	cognito-idp	
-
AdminAddUserToGroup		0
AdminConfirmSignUp		1	2
AdminCreateUser		3	5
AdminDeleteUser		8
AdminDeleteUserAttributes		9	2
AdminDisableUser		8	2
AdminEnableUser		8	2
AdminGetUser		8	10
AdminInitiateAuth		11	15
AdminListGroupsForUser		18	19
AdminRemoveUserFromGroup		0
AdminResetUserPassword		1	2
AdminRespondToAuthChallenge		21	15
AdminSetUserPassword		22	2
AdminUpdateUserAttributes		23	2
AdminUserGlobalSignOut		8	2
ChangePassword		24	2
ConfirmForgotPassword		25	2
ConfirmSignUp		27	28
CreateGroup		29	30
CreateUserPool		31	57
CreateUserPoolClient		59	63
CreateUserPoolDomain		65	69
DeleteGroup		70
DeleteUser		71
DeleteUserAttributes		72	2
DeleteUserPool		73
DeleteUserPoolClient		74
DeleteUserPoolDomain		75	2
DescribeUserPool		73	57
DescribeUserPoolClient		74	63
DescribeUserPoolDomain		76	77
ForgotPassword		79	80
GetGroup		70	30
GetUser		71	82
GetUserAttributeVerificationCode		83	80
GetUserPoolMfaConfig		73	84
GlobalSignOut		71	2
InitiateAuth		89	15
ListGroups		90	19
ListUserPoolClients		91	92
ListUserPools		94	95
ListUsers		97	98
ListUsersInGroup		99	100
ResendConfirmationCode		79	80
RespondToAuthChallenge		101	15
RevokeToken		102	2
SignUp		103	104
UpdateUserAttributes		105	106
UpdateUserPool		107	2
UpdateUserPoolClient		108	63
VerifyUserAttribute		109	2
-
AccessDeniedException=:110 AliasExistsException=:110 CodeDeliveryFailureException=:110 CodeMismatchException=:110 ConcurrentModificationException=:110 DeviceKeyExistsException=:110 DuplicateProviderException=:110 EnableSoftwareTokenMFAException=:110 ExpiredCodeException=:110 FeatureUnavailableInTierException=:110 ForbiddenException=:110 GroupExistsException=:110 InternalErrorException=:110 InternalServerException=:110 InvalidEmailRoleAccessPolicyException=:110 InvalidLambdaResponseException=:110 InvalidOAuthFlowException=:110 InvalidParameterException=:111 InvalidPasswordException=:110 InvalidSmsRoleAccessPolicyException=:110 InvalidSmsRoleTrustRelationshipException=:110 InvalidUserPoolConfigurationException=:110 LimitExceededException=:110 MFAMethodNotFoundException=:110 ManagedLoginBrandingExistsException=:110 NotAuthorizedException=:110 OperationNotEnabledException=:110 PasswordHistoryPolicyViolationException=:110 PasswordResetRequiredException=:110 PreconditionNotMetException=:110 RefreshTokenReuseException=:110 ResourceNotFoundException=:110 ScopeDoesNotExistException=:110 ServiceQuotaExceededException=:110 SoftwareTokenMFANotFoundException=:110 TermsExistsException=:110 TierChangeNotAllowedException=:110 TooManyFailedAttemptsException=:110 TooManyRequestsException=:110 UnauthorizedException=:110 UnexpectedLambdaException=:110 UnsupportedIdentityProviderException=:110 UnsupportedOperationException=:110 UnsupportedTokenTypeException=:110 UnsupportedUserStateException=:110 UserImportInProgressException=:110 UserLambdaValidationException=:110 UserNotConfirmedException=:110 UserNotFoundException=:110 UserPoolAddOnNotEnabledException=:110 UserPoolTaggingException=:110 UsernameExistsException=:110 WebAuthnChallengeNotFoundException=:110 WebAuthnClientMismatchException=:110 WebAuthnConfigurationMissingException=:110 WebAuthnCredentialNotSupportedException=:110 WebAuthnNotEnabledException=:110 WebAuthnOriginNotAllowedException=:110 WebAuthnRelyingPartyMismatchException=:110
-
AdminListGroupsForUser	NextToken	NextToken	Groups	Limit
ListGroups	NextToken	NextToken	Groups	Limit
ListUserPoolClients	NextToken	NextToken	UserPoolClients	MaxResults
ListUserPools	NextToken	NextToken	UserPools	MaxResults
ListUsers	PaginationToken	PaginationToken	Users	Limit
ListUsersInGroup	NextToken	NextToken	Users	Limit
-

-
|UserPoolId!:1>s,Username!:1>s,GroupName!:1>s
|UserPoolId!:1>s,Username!:1>s,ClientMetadata:<s
|
|UserPoolId!:1>s,Username!:1>s,UserAttributes:[4,ValidationData:[4,TemporaryPassword:s,ForceAliasCreation:b,MessageAction:s,DesiredDeliveryMediums:[s,ClientMetadata:<s
|Name!:1>s,Value:s
|User:6
|Username:1>s,Attributes:[4,UserCreateDate:t,UserLastModifiedDate:t,Enabled:b,UserStatus:s,MFAOptions:[7
|DeliveryMedium:s,AttributeName:1>s
|UserPoolId!:1>s,Username!:1>s
|UserPoolId!:1>s,Username!:1>s,UserAttributeNames!:[1>s
|Username!:1>s,UserAttributes:[4,UserCreateDate:t,UserLastModifiedDate:t,Enabled:b,UserStatus:s,MFAOptions:[7,PreferredMfaSetting:s,UserMFASettingList:[s
|UserPoolId!:1>s,ClientId!:1>s,AuthFlow!:s,AuthParameters:<s,ClientMetadata:<s,AnalyticsMetadata:12,ContextData:13,Session:20>s
|AnalyticsEndpointId:s
|IpAddress!:s,ServerName!:s,ServerPath!:s,HttpHeaders!:[14,EncodedData:s
|headerName:s,headerValue:s
|ChallengeName:s,Session:20>s,ChallengeParameters:<s,AuthenticationResult:16,AvailableChallenges:[s
|AccessToken:s,ExpiresIn:i,TokenType:s,RefreshToken:s,IdToken:s,NewDeviceMetadata:17
|DeviceKey:1>s,DeviceGroupKey:s
|Username!:1>s,UserPoolId!:1>s,Limit:i,NextToken:1>s
|Groups:[20,NextToken:1>s
|GroupName:1>s,UserPoolId:1>s,Description:s,RoleArn:20>s,Precedence:i,LastModifiedDate:t,CreationDate:t
|UserPoolId!:1>s,ClientId!:1>s,ChallengeName!:s,ChallengeResponses:<s,Session:20>s,AnalyticsMetadata:12,ContextData:13,ClientMetadata:<s
|UserPoolId!:1>s,Username!:1>s,Password!:s,Permanent:b
|UserPoolId!:1>s,Username!:1>s,UserAttributes!:[4,ClientMetadata:<s
|PreviousPassword:s,ProposedPassword!:s,AccessToken!:s
|ClientId!:1>s,SecretHash:1>s,Username!:1>s,ConfirmationCode!:1>s,Password!:s,AnalyticsMetadata:12,UserContextData:26,ClientMetadata:<s
|IpAddress:s,EncodedData:s
|ClientId!:1>s,SecretHash:1>s,Username!:1>s,ConfirmationCode!:1>s,ForceAliasCreation:b,AnalyticsMetadata:12,UserContextData:26,ClientMetadata:<s,Session:20>s
|Session:20>s
|GroupName!:1>s,UserPoolId!:1>s,Description:s,RoleArn:20>s,Precedence:i
|Group:20
|PoolName!:1>s,Policies:32,DeletionProtection:s,LambdaConfig:35,AutoVerifiedAttributes:[s,AliasAttributes:[s,UsernameAttributes:[s,SmsVerificationMessage:6>s,EmailVerificationMessage:6>s,EmailVerificationSubject:1>s,VerificationMessageTemplate:37,SmsAuthenticationMessage:6>s,MfaConfiguration:s,UserAttributeUpdateSettings:38,DeviceConfiguration:39,EmailConfiguration:40,SmsConfiguration:41,UserPoolTags:<s,AdminCreateUserConfig:43,Schema:1>[45,UserPoolAddOns:48,DcrConfiguration:50,UsernameConfiguration:51,AccountRecoverySetting:52,UserPoolTier:s,KeyConfiguration:54,IssuerConfiguration:55,AcrConfiguration:<56
|PasswordPolicy:33,SignInPolicy:34
|MinimumLength:6>i,RequireUppercase:b,RequireLowercase:b,RequireNumbers:b,RequireSymbols:b,PasswordHistorySize:i,TemporaryPasswordValidityDays:i
|AllowedFirstAuthFactors:1>[s
|PreSignUp:20>s,CustomMessage:20>s,PostConfirmation:20>s,PreAuthentication:20>s,PostAuthentication:20>s,DefineAuthChallenge:20>s,CreateAuthChallenge:20>s,VerifyAuthChallengeResponse:20>s,PreTokenGeneration:20>s,UserMigration:20>s,PreTokenGenerationConfig:36,CustomSMSSender:36,CustomEmailSender:36,KMSKeyID:20>s,InboundFederation:36
|LambdaVersion!:s,LambdaArn!:20>s
|SmsMessage:6>s,EmailMessage:6>s,EmailSubject:1>s,EmailMessageByLink:6>s,EmailSubjectByLink:1>s,DefaultEmailOption:s
|AttributesRequireVerificationBeforeUpdate:[s
|ChallengeRequiredOnNewDevice:b,DeviceOnlyRememberedOnUserPrompt:b
|SourceArn:20>s,ReplyToEmailAddress:s,EmailSendingAccount:s,From:s,ConfigurationSet:1>s
|SnsCallerArn:s,ExternalId:s,SnsRegion:5>s,EumsSms:42
|CallerArn!:20>s,ExternalId:s,OriginationIdentity:s,ConfigurationSetName:s,InEntityId:s,InTemplateId:s,Region:5>s
|AllowAdminCreateUserOnly:b,UnusedAccountValidityDays:i,InviteMessageTemplate:44
|SMSMessage:6>s,EmailMessage:6>s,EmailSubject:1>s
|Name:1>s,AttributeDataType:s,DeveloperOnlyAttribute:b,Mutable:b,Required:b,NumberAttributeConstraints:46,StringAttributeConstraints:47
|MinValue:s,MaxValue:s
|MinLength:s,MaxLength:s
|AdvancedSecurityMode!:s,AdvancedSecurityAdditionalFlows:49
|CustomAuthMode:s
|EnableStatus:s,OpenDcrEnabled:b,AuthenticatedGrantTypes:[s,OpenDcrGrantTypes:[s,AllowedScopes:[1>s
|CaseSensitive!:b
|RecoveryMechanisms:1>[53
|Priority!:1>i,Name!:s
|KeyType:s,KmsKeyArn:20>s
|Type:s
|AcrValue!:1>s
|UserPool:58
|Id:1>s,Name:1>s,Policies:32,DeletionProtection:s,LambdaConfig:35,Status:s,LastModifiedDate:t,CreationDate:t,SchemaAttributes:1>[45,AutoVerifiedAttributes:[s,AliasAttributes:[s,UsernameAttributes:[s,SmsVerificationMessage:6>s,EmailVerificationMessage:6>s,EmailVerificationSubject:1>s,VerificationMessageTemplate:37,SmsAuthenticationMessage:6>s,UserAttributeUpdateSettings:38,MfaConfiguration:s,DeviceConfiguration:39,EstimatedNumberOfUsers:i,EmailConfiguration:40,SmsConfiguration:41,UserPoolTags:<s,SmsConfigurationFailure:s,EmailConfigurationFailure:s,Domain:1>s,CustomDomain:1>s,AdminCreateUserConfig:43,UserPoolAddOns:48,DcrConfiguration:50,UsernameConfiguration:51,Arn:20>s,AccountRecoverySetting:52,UserPoolTier:s,KeyConfiguration:54,IssuerConfiguration:55,AcrConfiguration:<56
|UserPoolId!:1>s,ClientName!:1>s,GenerateSecret:b,ClientSecret:24>s,RefreshTokenValidity:i,AccessTokenValidity:1>i,IdTokenValidity:1>i,TokenValidityUnits:60,ReadAttributes:[1>s,WriteAttributes:[1>s,ExplicitAuthFlows:[s,SupportedIdentityProviders:[1>s,CallbackURLs:[1>s,LogoutURLs:[1>s,DefaultRedirectURI:1>s,AllowedOAuthFlows:[s,AllowedOAuthScopes:[1>s,AllowedOAuthFlowsUserPoolClient:b,AnalyticsConfiguration:61,PreventUserExistenceErrors:s,EnableTokenRevocation:b,EnablePropagateAdditionalUserContextData:b,AuthSessionValidity:3>i,RefreshTokenRotation:62
|AccessToken:s,IdToken:s,RefreshToken:s
|ApplicationId:s,ApplicationArn:20>s,RoleArn:20>s,ExternalId:s,UserDataShared:b
|Feature!:s,RetryGracePeriodSeconds:i
|UserPoolClient:64
|UserPoolId:1>s,ClientName:1>s,ClientId:1>s,ClientSecret:24>s,LastModifiedDate:t,CreationDate:t,RefreshTokenValidity:i,AccessTokenValidity:1>i,IdTokenValidity:1>i,TokenValidityUnits:60,ReadAttributes:[1>s,WriteAttributes:[1>s,ExplicitAuthFlows:[s,SupportedIdentityProviders:[1>s,CallbackURLs:[1>s,LogoutURLs:[1>s,DefaultRedirectURI:1>s,AllowedOAuthFlows:[s,AllowedOAuthScopes:[1>s,AllowedOAuthFlowsUserPoolClient:b,AnalyticsConfiguration:61,PreventUserExistenceErrors:s,EnableTokenRevocation:b,EnablePropagateAdditionalUserContextData:b,AuthSessionValidity:3>i,RefreshTokenRotation:62,ClientType:s
|Domain!:1>s,UserPoolId!:1>s,ManagedLoginVersion:i,CustomDomainConfig:66,Routing:67
|CertificateArn!:20>s,SecurityPolicy:s
|Failover:68
|SecondaryRegion!:5>s,PrimaryRoute53HealthCheckId!:s
|ManagedLoginVersion:i,CloudFrontDomain:1>s,Routing:67
|GroupName!:1>s,UserPoolId!:1>s
|AccessToken!:s
|UserAttributeNames!:[1>s,AccessToken!:s
|UserPoolId!:1>s
|UserPoolId!:1>s,ClientId!:1>s
|Domain!:1>s,UserPoolId!:1>s
|Domain!:1>s
|DomainDescription:78
|UserPoolId:1>s,AWSAccountId:s,Domain:1>s,S3Bucket:3>s,CloudFrontDistribution:s,Version:1>s,Status:s,CustomDomainConfig:66,ManagedLoginVersion:i,Routing:67
|ClientId!:1>s,SecretHash:1>s,UserContextData:26,Username!:1>s,AnalyticsMetadata:12,ClientMetadata:<s
|CodeDeliveryDetails:81
|Destination:s,DeliveryMedium:s,AttributeName:1>s
|Username!:1>s,UserAttributes!:[4,MFAOptions:[7,PreferredMfaSetting:s,UserMFASettingList:[s
|AccessToken!:s,AttributeName!:1>s,ClientMetadata:<s
|SmsMfaConfiguration:85,SoftwareTokenMfaConfiguration:86,EmailMfaConfiguration:87,MfaConfiguration:s,WebAuthnConfiguration:88
|SmsAuthenticationMessage:6>s,SmsConfiguration:41
|Enabled:b
|Message:6>s,Subject:s
|RelyingPartyId:1>s,UserVerification:s,FactorConfiguration:s
|AuthFlow!:s,AuthParameters:<s,ClientMetadata:<s,ClientId!:1>s,AnalyticsMetadata:12,UserContextData:26,Session:20>s
|UserPoolId!:1>s,Limit:i,NextToken:1>s
|UserPoolId!:1>s,MaxResults:1>i,NextToken:1>s,ClientType:s
|UserPoolClients:[93,NextToken:1>s
|ClientId:1>s,UserPoolId:1>s,ClientName:1>s
|NextToken:1>s,MaxResults!:1>i
|UserPools:[96,NextToken:1>s
|Id:1>s,Name:1>s,LambdaConfig:35,Status:s,LastModifiedDate:t,CreationDate:t,ReplicaRegions:[s
|UserPoolId!:1>s,AttributesToGet:[1>s,Limit:i,PaginationToken:1>s,Filter:s
|Users:[6,PaginationToken:1>s
|UserPoolId!:1>s,GroupName!:1>s,Limit:i,NextToken:1>s
|Users:[6,NextToken:1>s
|ClientId!:1>s,ChallengeName!:s,Session:20>s,ChallengeResponses:<s,AnalyticsMetadata:12,UserContextData:26,ClientMetadata:<s
|Token!:s,ClientId!:1>s,ClientSecret:24>s,RevokeAssociatedSessions:s
|ClientId!:1>s,SecretHash:1>s,Username!:1>s,Password:s,UserAttributes:[4,ValidationData:[4,AnalyticsMetadata:12,UserContextData:26,ClientMetadata:<s
|UserConfirmed!:b,CodeDeliveryDetails:81,UserSub!:s,Session:20>s
|UserAttributes!:[4,AccessToken!:s,ClientMetadata:<s
|CodeDeliveryDetailsList:[81
|UserPoolId!:1>s,Policies:32,DeletionProtection:s,LambdaConfig:35,AutoVerifiedAttributes:[s,SmsVerificationMessage:6>s,EmailVerificationMessage:6>s,EmailVerificationSubject:1>s,VerificationMessageTemplate:37,SmsAuthenticationMessage:6>s,UserAttributeUpdateSettings:38,MfaConfiguration:s,DeviceConfiguration:39,EmailConfiguration:40,SmsConfiguration:41,UserPoolTags:<s,AdminCreateUserConfig:43,UserPoolAddOns:48,DcrConfiguration:50,AccountRecoverySetting:52,PoolName:1>s,UserPoolTier:s,KeyConfiguration:54,IssuerConfiguration:55,AcrConfiguration:<56
|UserPoolId!:1>s,ClientId!:1>s,ClientName:1>s,RefreshTokenValidity:i,AccessTokenValidity:1>i,IdTokenValidity:1>i,TokenValidityUnits:60,ReadAttributes:[1>s,WriteAttributes:[1>s,ExplicitAuthFlows:[s,SupportedIdentityProviders:[1>s,CallbackURLs:[1>s,LogoutURLs:[1>s,DefaultRedirectURI:1>s,AllowedOAuthFlows:[s,AllowedOAuthScopes:[1>s,AllowedOAuthFlowsUserPoolClient:b,AnalyticsConfiguration:61,PreventUserExistenceErrors:s,EnableTokenRevocation:b,EnablePropagateAdditionalUserContextData:b,AuthSessionValidity:3>i,RefreshTokenRotation:62
|AccessToken!:s,AttributeName!:1>s,Code!:1>s
|message:s
|message:s,reasonCode:s""",
    "dax": """DAX	json	1.1	AmazonDAXV3	2017-04-19		dax	dax	
-
CreateCluster		0	3
CreateParameterGroup		11	12
CreateSubnetGroup		14	15
DecreaseReplicationFactor		18	3
DeleteCluster		19	3
DeleteParameterGroup		20	21
DeleteSubnetGroup		22	21
DescribeClusters		23	24
DescribeDefaultParameters		25	26
DescribeEvents		29	30
DescribeParameterGroups		32	33
DescribeParameters		34	26
DescribeSubnetGroups		35	36
IncreaseReplicationFactor		37	3
ListTags		38	39
RebootNode		40	3
TagResource		41	42
UntagResource		43	42
UpdateCluster		44	3
UpdateParameterGroup		45	12
UpdateSubnetGroup		47	15
-
ClusterAlreadyExistsFault=:48 ClusterNotFoundFault=:48 ClusterQuotaForCustomerExceededFault=:48 InsufficientClusterCapacityFault=:48 InvalidARNFault=:48 InvalidClusterStateFault=:48 InvalidParameterCombinationException=:49 InvalidParameterGroupStateFault=:48 InvalidParameterValueException=:49 InvalidSubnet=:48 InvalidVPCNetworkStateFault=:48 NodeNotFoundFault=:48 NodeQuotaForClusterExceededFault=:48 NodeQuotaForCustomerExceededFault=:48 ParameterGroupAlreadyExistsFault=:48 ParameterGroupNotFoundFault=:48 ParameterGroupQuotaExceededFault=:48 ServiceLinkedRoleNotFoundFault=:48 ServiceQuotaExceededException=:48 SubnetGroupAlreadyExistsFault=:48 SubnetGroupInUseFault=:48 SubnetGroupNotFoundFault=:48 SubnetGroupQuotaExceededFault=:48 SubnetInUse=:48 SubnetNotAllowedFault=:48 SubnetQuotaExceededFault=:48 TagNotFoundFault=:48 TagQuotaPerResourceExceeded=:48
-
DescribeClusters	NextToken	NextToken	Clusters	MaxResults
DescribeDefaultParameters	NextToken	NextToken	Parameters	MaxResults
DescribeEvents	NextToken	NextToken	Events	MaxResults
DescribeParameterGroups	NextToken	NextToken	ParameterGroups	MaxResults
DescribeParameters	NextToken	NextToken	Parameters	MaxResults
DescribeSubnetGroups	NextToken	NextToken	SubnetGroups	MaxResults
ListTags	NextToken	NextToken	Tags
-

-
|ClusterName!:s,NodeType!:s,Description:s,ReplicationFactor!:i,AvailabilityZones:[s,SubnetGroupName:s,SecurityGroupIds:[s,PreferredMaintenanceWindow:s,NotificationTopicArn:s,IamRoleArn!:s,ParameterGroupName:s,Tags:[1,SSESpecification:2,ClusterEndpointEncryptionType:s,NetworkType:s
|Key:s,Value:s
|Enabled!:b
|Cluster:4
|ClusterName:s,Description:s,ClusterArn:s,TotalNodes:i,ActiveNodes:i,NodeType:s,Status:s,ClusterDiscoveryEndpoint:5,NodeIdsToRemove:[s,Nodes:[6,PreferredMaintenanceWindow:s,NotificationConfiguration:7,SubnetGroup:s,SecurityGroups:[8,IamRoleArn:s,ParameterGroup:9,SSEDescription:10,ClusterEndpointEncryptionType:s,NetworkType:s
|Address:s,Port:i,URL:s
|NodeId:s,Endpoint:5,NodeCreateTime:t,AvailabilityZone:s,NodeStatus:s,ParameterGroupStatus:s
|TopicArn:s,TopicStatus:s
|SecurityGroupIdentifier:s,Status:s
|ParameterGroupName:s,ParameterApplyStatus:s,NodeIdsToReboot:[s
|Status:s
|ParameterGroupName!:s,Description:s
|ParameterGroup:13
|ParameterGroupName:s,Description:s
|SubnetGroupName!:s,Description:s,SubnetIds!:[s
|SubnetGroup:16
|SubnetGroupName:s,Description:s,VpcId:s,Subnets:[17,SupportedNetworkTypes:[s
|SubnetIdentifier:s,SubnetAvailabilityZone:s,SupportedNetworkTypes:[s
|ClusterName!:s,NewReplicationFactor!:i,AvailabilityZones:[s,NodeIdsToRemove:[s
|ClusterName!:s
|ParameterGroupName!:s
|DeletionMessage:s
|SubnetGroupName!:s
|ClusterNames:[s,MaxResults:i,NextToken:s
|NextToken:s,Clusters:[4
|MaxResults:i,NextToken:s
|NextToken:s,Parameters:[27
|ParameterName:s,ParameterType:s,ParameterValue:s,NodeTypeSpecificValues:[28,Description:s,Source:s,DataType:s,AllowedValues:s,IsModifiable:s,ChangeType:s
|NodeType:s,Value:s
|SourceName:s,SourceType:s,StartTime:t,EndTime:t,Duration:i,MaxResults:i,NextToken:s
|NextToken:s,Events:[31
|SourceName:s,SourceType:s,Message:s,Date:t
|ParameterGroupNames:[s,MaxResults:i,NextToken:s
|NextToken:s,ParameterGroups:[13
|ParameterGroupName!:s,Source:s,MaxResults:i,NextToken:s
|SubnetGroupNames:[s,MaxResults:i,NextToken:s
|NextToken:s,SubnetGroups:[16
|ClusterName!:s,NewReplicationFactor!:i,AvailabilityZones:[s
|ResourceName!:s,NextToken:s
|Tags:[1,NextToken:s
|ClusterName!:s,NodeId!:s
|ResourceName!:s,Tags!:[1
|Tags:[1
|ResourceName!:s,TagKeys!:[s
|ClusterName!:s,Description:s,PreferredMaintenanceWindow:s,NotificationTopicArn:s,NotificationTopicStatus:s,ParameterGroupName:s,SecurityGroupIds:[s
|ParameterGroupName!:s,ParameterNameValues!:[46
|ParameterName:s,ParameterValue:s
|SubnetGroupName!:s,Description:s,SubnetIds:[s
|
|message:s""",
    "dynamodb": """DynamoDB	json	1.0	DynamoDB_20120810	2012-08-10		dynamodb	dynamodb	
-
BatchExecuteStatement		0	3
BatchGetItem		9	11
BatchWriteItem		12	16
CancelBulkOperation		18	19
CreateBackup		20	21
CreateGlobalTable		23	25
CreateTable		33	48
DeleteBackup		59	60
DeleteItem		68	70
DeleteResourcePolicy		71	72
DeleteTable		73	48
DescribeBackup		59	60
DescribeBulkOperation		18	74
DescribeContinuousBackups		73	82
DescribeContributorInsights		85	86
DescribeEndpoints		88	89
DescribeExport		91	92
DescribeGlobalTable		96	25
DescribeGlobalTableSettings		96	97
DescribeImport		103	104
DescribeKinesisStreamingDestination		73	110
DescribeLimits		88	112
DescribeTable		73	113
DescribeTableReplicaAutoScaling		73	114
DescribeTimeToLive		73	118
DisableKinesisStreamingDestination		119	121
EnableKinesisStreamingDestination		119	121
ExecuteStatement		122	123
ExecuteTransaction		124	126
ExportTableToPointInTime		128	92
GetItem		129	130
GetResourcePolicy		131	132
ImportTable		133	104
ListBackups		134	135
ListBulkOperations		137	138
ListContributorInsights		140	141
ListExports		143	144
ListGlobalTables		146	147
ListImports		149	150
ListTables		152	153
ListTagsOfResource		154	155
PutItem		156	70
PutResourcePolicy		157	72
Query		158	160
RestoreTableFromBackup		161	48
RestoreTableToPointInTime		162	48
Scan		163	160
SearchVectors		164	165
StartBulkPutItems		167	74
TagResource		168
TransactGetItems		169	172
TransactWriteItems		173	179
UntagResource		180
UpdateContinuousBackups		181	82
UpdateContributorInsights		183	142
UpdateGlobalTable		184	25
UpdateGlobalTableSettings		187	97
UpdateItem		193	70
UpdateKinesisStreamingDestination		195	196
UpdateTable		197	48
UpdateTableReplicaAutoScaling		206	114
UpdateTimeToLive		210	212
-
BackupInUseException=:213 BackupNotFoundException=:213 ConditionalCheckFailedException=:214 ContinuousBackupsUnavailableException=:213 DuplicateItemException=:213 ExportConflictException=:213 ExportNotFoundException=:213 GlobalTableAlreadyExistsException=:213 GlobalTableNotFoundException=:213 IdempotentParameterMismatchException=:215 ImportConflictException=:213 ImportNotFoundException=:213 IndexNotFoundException=:213 InternalServerError=:213 InvalidExportTimeException=:213 InvalidRestoreTimeException=:213 ItemCollectionSizeLimitExceededException=:213 LimitExceededException=:213 PointInTimeRecoveryUnavailableException=:213 PolicyNotFoundException=:213 ProvisionedThroughputExceededException=:216 ReplicaAlreadyExistsException=:213 ReplicaNotFoundException=:213 ReplicatedWriteConflictException=:213 RequestLimitExceeded=:216 ResourceInUseException=:213 ResourceNotFoundException=:213 TableAlreadyExistsException=:213 TableInUseException=:213 TableNotFoundException=:213 ThrottlingException=:218 TransactionCanceledException=:219 TransactionConflictException=:213 TransactionInProgressException=:215
-
ListBackups	ExclusiveStartBackupArn	LastEvaluatedBackupArn	BackupSummaries	Limit
ListBulkOperations	NextToken	NextToken	BulkOperationsSummaryList	MaxResults
ListTables	ExclusiveStartTableName	LastEvaluatedTableName	TableNames	Limit
ListTagsOfResource	NextToken	NextToken	Tags
Query	ExclusiveStartKey	LastEvaluatedKey	Items,Count,ScannedCount	Limit		ConsumedCapacity
Scan	ExclusiveStartKey	LastEvaluatedKey	Items,Count,ScannedCount	Limit		ConsumedCapacity
-
BulkOperationCompleted	DescribeBulkOperation	20	180	success path BulkOperationDescription.BulkOperationStatus COMPLETED	success path BulkOperationDescription.BulkOperationStatus COMPLETED_WITH_ERRORS	failure path BulkOperationDescription.BulkOperationStatus CANCELLED	failure path BulkOperationDescription.BulkOperationStatus FAILED
ContributorInsightsEnabled	DescribeContributorInsights	20	30	success path ContributorInsightsStatus ENABLED	failure path ContributorInsightsStatus FAILED
ExportCompleted	DescribeExport	20	60	success path ExportDescription.ExportStatus COMPLETED	failure path ExportDescription.ExportStatus FAILED
ImportCompleted	DescribeImport	20	60	success path ImportTableDescription.ImportStatus COMPLETED	failure path ImportTableDescription.ImportStatus FAILED	failure path ImportTableDescription.ImportStatus CANCELLED
TableExists	DescribeTable	20	25	success path Table.TableStatus ACTIVE	retry error  ResourceNotFoundException
TableNotExists	DescribeTable	20	25	success error  ResourceNotFoundException
-
|Statements!:1>[1,ReturnConsumedCapacity:s
|Statement!:1>s,Parameters:1>[2,ConsistentRead:b,ReturnValuesOnConditionCheckFailure:s
|S:s,N:s,B:B,SS:[s,NS:[s,BS:[B,M:<2,L:[2,NULL:b,BOOL:b
|Responses:[4,ConsumedCapacity:[6
|Error:5,TableName:3>s,Item:<2
|Code:s,Message:s,Item:<2
|TableName:1>s,CapacityUnits:f,ReadCapacityUnits:f,WriteCapacityUnits:f,Table:7,LocalSecondaryIndexes:<7,GlobalSecondaryIndexes:<7,VectorIndexes:<8
|ReadCapacityUnits:f,WriteCapacityUnits:f,CapacityUnits:f
|VectorSearchRequestBytes:f,VectorWriteRequestBytes:f
|RequestItems!:<10,ReturnConsumedCapacity:s
|Keys!:1>[<2,AttributesToGet:1>[s,ConsistentRead:b,ProjectionExpression:s,ExpressionAttributeNames:<s
|Responses:<[<2,UnprocessedKeys:<10,ConsumedCapacity:[6
|RequestItems!:<1>[13,ReturnConsumedCapacity:s,ReturnItemCollectionMetrics:s
|PutRequest:14,DeleteRequest:15
|Item!:<2
|Key!:<2
|UnprocessedItems:<1>[13,ItemCollectionMetrics:<[17,ConsumedCapacity:[6
|ItemCollectionKey:<2,SizeEstimateRangeGB:[f
|BulkOperationArn!:37>s
|BulkOperationArn!:37>s,BulkOperationStatus!:s
|TableName!:1>s,BackupName!:3>s
|BackupDetails:22
|BackupArn!:37>s,BackupName!:3>s,BackupSizeBytes:i,BackupStatus!:s,BackupType!:s,BackupCreationDateTime!:t,BackupExpiryDateTime:t
|GlobalTableName!:3>s,ReplicationGroup!:[24
|RegionName:s
|GlobalTableDescription:26
|ReplicationGroup:[27,GlobalTableArn:s,CreationDateTime:t,GlobalTableStatus:s,GlobalTableName:3>s
|RegionName:s,ReplicaStatus:s,ReplicaArn:s,ReplicaStatusDescription:s,ReplicaStatusPercentProgress:s,KMSMasterKeyId:s,ProvisionedThroughputOverride:28,OnDemandThroughputOverride:29,WarmThroughput:30,GlobalSecondaryIndexes:[31,ReplicaInaccessibleDateTime:t,ReplicaTableClassSummary:32,GlobalTableSettingsReplicationMode:s
|ReadCapacityUnits:1>i
|MaxReadRequestUnits:i
|ReadUnitsPerSecond:1>i,WriteUnitsPerSecond:1>i,Status:s
|IndexName:3>s,ProvisionedThroughputOverride:28,OnDemandThroughputOverride:29,WarmThroughput:30
|TableClass:s,LastUpdateDateTime:t
|AttributeDefinitions:[34,TableName!:1>s,KeySchema:1>[35,LocalSecondaryIndexes:[36,GlobalSecondaryIndexes:[38,BillingMode:s,ProvisionedThroughput:39,StreamSpecification:42,SSESpecification:43,Tags:[44,TableClass:s,DeletionProtectionEnabled:b,WarmThroughput:41,ResourcePolicy:s,OnDemandThroughput:40,GlobalTableSourceArn:1>s,GlobalTableSettingsReplicationMode:s,VectorIndexes:[45
|AttributeName!:1>s,AttributeType!:s
|AttributeName!:1>s,KeyType!:s
|IndexName!:3>s,KeySchema!:1>[35,Projection!:37
|ProjectionType:s,NonKeyAttributes:1>[1>s
|IndexName!:3>s,KeySchema!:1>[35,Projection!:37,ProvisionedThroughput:39,OnDemandThroughput:40,WarmThroughput:41
|ReadCapacityUnits!:1>i,WriteCapacityUnits!:1>i
|MaxReadRequestUnits:i,MaxWriteRequestUnits:i
|ReadUnitsPerSecond:i,WriteUnitsPerSecond:i
|StreamEnabled!:b,StreamViewType:s
|Enabled:b,SSEType:s,KMSMasterKeyId:s
|Key!:1>s,Value!:s
|IndexName!:3>s,VectorAttribute!:46,SearchSchema:1>[47,Projection!:37,Dimensions!:1>i,DistanceFunction!:s
|AttributeName!:1>s
|AttributeName!:s,SearchSchemaElementType!:s
|TableDescription:49
|AttributeDefinitions:[34,TableName:3>s,KeySchema:1>[35,TableStatus:s,CreationDateTime:t,ProvisionedThroughput:50,TableSizeBytes:i,ItemCount:i,TableArn:s,TableId:s,BillingModeSummary:51,LocalSecondaryIndexes:[52,GlobalSecondaryIndexes:[53,StreamSpecification:42,LatestStreamLabel:s,LatestStreamArn:37>s,GlobalTableVersion:s,Replicas:[27,GlobalTableWitnesses:[54,GlobalTableSettingsReplicationMode:s,RestoreSummary:55,SSEDescription:56,ArchivalSummary:57,TableClassSummary:32,DeletionProtectionEnabled:b,DisassociationProtectionEnabled:b,OnDemandThroughput:40,WarmThroughput:30,MultiRegionConsistency:s,VectorIndexes:[58
|LastIncreaseDateTime:t,LastDecreaseDateTime:t,NumberOfDecreasesToday:1>i,ReadCapacityUnits:i,WriteCapacityUnits:i
|BillingMode:s,LastUpdateToPayPerRequestDateTime:t
|IndexName:3>s,KeySchema:1>[35,Projection:37,IndexSizeBytes:i,ItemCount:i,IndexArn:s
|IndexName:3>s,KeySchema:1>[35,Projection:37,IndexStatus:s,Backfilling:b,ProvisionedThroughput:50,IndexSizeBytes:i,ItemCount:i,IndexArn:s,OnDemandThroughput:40,WarmThroughput:30
|RegionName:s,WitnessStatus:s
|SourceBackupArn:37>s,SourceTableArn:1>s,RestoreDateTime!:t,RestoreInProgress!:b
|Status:s,SSEType:s,KMSMasterKeyArn:s,InaccessibleEncryptionDateTime:t
|ArchivalDateTime:t,ArchivalReason:s,ArchivalBackupArn:37>s
|IndexName:3>s,SearchSchema:1>[47,Projection:37,VectorAttribute:46,Dimensions:1>i,DistanceFunction:s,IndexStatus:s,Backfilling:b,IndexSizeBytes:i,ItemCount:i,IndexArn:s
|BackupArn!:37>s
|BackupDescription:61
|BackupDetails:22,SourceTableDetails:62,SourceTableFeatureDetails:63
|TableName!:3>s,TableId!:s,TableArn:1>s,TableSizeBytes:i,KeySchema!:1>[35,TableCreationDateTime!:t,ProvisionedThroughput!:39,OnDemandThroughput:40,ItemCount:i,BillingMode:s
|LocalSecondaryIndexes:[64,GlobalSecondaryIndexes:[65,StreamDescription:42,TimeToLiveDescription:66,SSEDescription:56,VectorIndexes:[67
|IndexName:3>s,KeySchema:1>[35,Projection:37
|IndexName:3>s,KeySchema:1>[35,Projection:37,ProvisionedThroughput:39,OnDemandThroughput:40
|TimeToLiveStatus:s,AttributeName:1>s
|IndexName:3>s,VectorAttribute:46,SearchSchema:1>[47,Projection:37,Dimensions:1>i,DistanceFunction:s
|TableName!:1>s,Key!:<2,Expected:<69,ConditionalOperator:s,ReturnValues:s,ReturnConsumedCapacity:s,ReturnItemCollectionMetrics:s,ConditionExpression:s,ExpressionAttributeNames:<s,ExpressionAttributeValues:<2,ReturnValuesOnConditionCheckFailure:s
|Value:2,Exists:b,ComparisonOperator:s,AttributeValueList:[2
|Attributes:<2,ConsumedCapacity:6,ItemCollectionMetrics:17
|ResourceArn!:1>s,ExpectedRevisionId:1>s
|RevisionId:1>s
|TableName!:1>s
|BulkOperationDescription!:75
|BulkOperationArn:37>s,BulkOperationStatus:s,TableDetails:[76,ClientToken:s,InputS3Configuration:77,OutputS3Configuration:78,StartTime:t,EndTime:t,ProcessedItemCount:i,ProcessedInputBytes:i,TotalInputBytes:i,BulkOperationUsage:[79,FailedItemCount:i,FailureCode:s,FailureMessage:s,MaxWriteRequestUnits:1024>i,PerformanceTier:s
|TableName:1>s,TableId:s
|S3BucketOwner:s,S3Bucket!:s,S3KeyPrefix:s,InputFormat!:s,InputCompressionType:s
|S3BucketOwner:s,S3Bucket:s,S3KeyPrefix:s,S3SseAlgorithm:s,S3SseKmsKeyId:1>s,OutputType!:[s
|TableName:1>s,BulkPutBytes:i,Table:80,LocalSecondaryIndexes:<80,GlobalSecondaryIndexes:<80,VectorIndexes:<81
|BulkPutBytes:i
|BulkPutVectorBytes:i
|ContinuousBackupsDescription:83
|ContinuousBackupsStatus!:s,PointInTimeRecoveryDescription:84
|PointInTimeRecoveryStatus:s,RecoveryPeriodInDays:1>i,EarliestRestorableDateTime:t,LatestRestorableDateTime:t
|TableName!:1>s,IndexName:3>s
|TableName:3>s,IndexName:3>s,ContributorInsightsRuleList:[s,ContributorInsightsStatus:s,LastUpdateDateTime:t,FailureException:87,ContributorInsightsMode:s
|ExceptionName:s,ExceptionDescription:s
|
|Endpoints!:[90
|Address!:s,CachePeriodInMinutes!:i
|ExportArn!:37>s
|ExportDescription:93
|ExportArn:37>s,ExportStatus:s,StartTime:t,EndTime:t,ExportManifest:s,TableArn:1>s,TableId:s,ExportTime:t,ClientToken:s,S3Bucket:s,S3BucketOwner:s,S3Prefix:s,S3SseAlgorithm:s,S3SseKmsKeyId:1>s,FailureCode:s,FailureMessage:s,ExportFormat:s,BilledSizeBytes:i,ItemCount:i,ExportType:s,IncrementalExportSpecification:94,FilterSpecification:95
|ExportFromTime:t,ExportToTime:t,ExportViewType:s
|FilterExpression:s,ProjectionExpression:s,KeyConditionExpression:s,ExpressionAttributeNames:<s,ExpressionAttributeValues:<2
|GlobalTableName!:3>s
|GlobalTableName:3>s,ReplicaSettings:[98
|RegionName!:s,ReplicaStatus:s,ReplicaBillingModeSummary:51,ReplicaProvisionedReadCapacityUnits:i,ReplicaProvisionedReadCapacityAutoScalingSettings:99,ReplicaProvisionedWriteCapacityUnits:i,ReplicaProvisionedWriteCapacityAutoScalingSettings:99,ReplicaGlobalSecondaryIndexSettings:[102,ReplicaTableClassSummary:32
|MinimumUnits:1>i,MaximumUnits:1>i,AutoScalingDisabled:b,AutoScalingRoleArn:s,ScalingPolicies:[100
|PolicyName:1>s,TargetTrackingScalingPolicyConfiguration:101
|DisableScaleIn:b,ScaleInCooldown:i,ScaleOutCooldown:i,TargetValue!:f
|IndexName!:3>s,IndexStatus:s,ProvisionedReadCapacityUnits:1>i,ProvisionedReadCapacityAutoScalingSettings:99,ProvisionedWriteCapacityUnits:1>i,ProvisionedWriteCapacityAutoScalingSettings:99
|ImportArn!:37>s
|ImportTableDescription!:105
|ImportArn:37>s,ImportStatus:s,TableArn:1>s,TableId:s,ClientToken:s,S3BucketSource:106,ErrorCount:i,CloudWatchLogGroupArn:1>s,InputFormat:s,InputFormatOptions:107,InputCompressionType:s,TableCreationParameters:109,StartTime:t,EndTime:t,ProcessedSizeBytes:i,ProcessedItemCount:i,ImportedItemCount:i,FailureCode:s,FailureMessage:s
|S3BucketOwner:s,S3Bucket!:s,S3KeyPrefix:s
|Csv:108
|Delimiter:1>s,HeaderList:1>[1>s
|TableName!:3>s,AttributeDefinitions!:[34,KeySchema!:1>[35,BillingMode:s,ProvisionedThroughput:39,OnDemandThroughput:40,SSESpecification:43,GlobalSecondaryIndexes:[38,VectorIndexes:[45
|TableName:3>s,KinesisDataStreamDestinations:[111
|StreamArn:37>s,DestinationStatus:s,DestinationStatusDescription:s,ApproximateCreationDateTimePrecision:s
|AccountMaxReadCapacityUnits:1>i,AccountMaxWriteCapacityUnits:1>i,TableMaxReadCapacityUnits:1>i,TableMaxWriteCapacityUnits:1>i
|Table:49
|TableAutoScalingDescription:115
|TableName:3>s,TableStatus:s,Replicas:[116
|RegionName:s,GlobalSecondaryIndexes:[117,ReplicaProvisionedReadCapacityAutoScalingSettings:99,ReplicaProvisionedWriteCapacityAutoScalingSettings:99,ReplicaStatus:s
|IndexName:3>s,IndexStatus:s,ProvisionedReadCapacityAutoScalingSettings:99,ProvisionedWriteCapacityAutoScalingSettings:99
|TimeToLiveDescription:66
|TableName!:1>s,StreamArn!:37>s,EnableKinesisStreamingConfiguration:120
|ApproximateCreationDateTimePrecision:s
|TableName:3>s,StreamArn:37>s,DestinationStatus:s,EnableKinesisStreamingConfiguration:120
|Statement!:1>s,Parameters:1>[2,ConsistentRead:b,NextToken:1>s,ReturnConsumedCapacity:s,Limit:1>i,ReturnValuesOnConditionCheckFailure:s
|Items:[<2,NextToken:1>s,ConsumedCapacity:6,LastEvaluatedKey:<2
|TransactStatements!:1>[125,ClientRequestToken^:1>s,ReturnConsumedCapacity:s
|Statement!:1>s,Parameters:1>[2,ReturnValuesOnConditionCheckFailure:s
|Responses:1>[127,ConsumedCapacity:[6
|Item:<2
|TableArn!:1>s,ExportTime:t,ClientToken^:s,S3Bucket!:s,S3BucketOwner:s,S3Prefix:s,S3SseAlgorithm:s,S3SseKmsKeyId:1>s,ExportFormat:s,ExportType:s,IncrementalExportSpecification:94,FilterSpecification:95
|TableName!:1>s,Key!:<2,AttributesToGet:1>[s,ConsistentRead:b,ReturnConsumedCapacity:s,ProjectionExpression:s,ExpressionAttributeNames:<s
|Item:<2,ConsumedCapacity:6
|ResourceArn!:1>s
|Policy:s,RevisionId:1>s
|ClientToken^:s,S3BucketSource!:106,InputFormat!:s,InputFormatOptions:107,InputCompressionType:s,TableCreationParameters!:109
|TableName:1>s,Limit:1>i,TimeRangeLowerBound:t,TimeRangeUpperBound:t,ExclusiveStartBackupArn:37>s,BackupType:s
|BackupSummaries:[136,LastEvaluatedBackupArn:37>s
|TableName:3>s,TableId:s,TableArn:1>s,BackupArn:37>s,BackupName:3>s,BackupCreationDateTime:t,BackupExpiryDateTime:t,BackupStatus:s,BackupType:s,BackupSizeBytes:i
|MaxResults:1>i,NextToken:1>s
|BulkOperationsSummaryList:[139,NextToken:1>s
|BulkOperationArn!:37>s,BulkOperationStatus!:s,StartTime!:t,EndTime:t
|TableName:1>s,NextToken:s,MaxResults:i
|ContributorInsightsSummaries:[142,NextToken:s
|TableName:3>s,IndexName:3>s,ContributorInsightsStatus:s,ContributorInsightsMode:s
|TableArn:1>s,MaxResults:1>i,NextToken:s
|ExportSummaries:[145,NextToken:s
|ExportArn:37>s,ExportStatus:s,ExportType:s
|ExclusiveStartGlobalTableName:3>s,Limit:1>i,RegionName:s
|GlobalTables:[148,LastEvaluatedGlobalTableName:3>s
|GlobalTableName:3>s,ReplicationGroup:[24
|TableArn:1>s,PageSize:1>i,NextToken:112>s
|ImportSummaryList:[151,NextToken:112>s
|ImportArn:37>s,ImportStatus:s,TableArn:1>s,S3BucketSource:106,CloudWatchLogGroupArn:1>s,InputFormat:s,StartTime:t,EndTime:t
|ExclusiveStartTableName:3>s,Limit:1>i
|TableNames:[3>s,LastEvaluatedTableName:3>s
|ResourceArn!:1>s,NextToken:s
|Tags:[44,NextToken:s
|TableName!:1>s,Item!:<2,Expected:<69,ReturnValues:s,ReturnConsumedCapacity:s,ReturnItemCollectionMetrics:s,ConditionalOperator:s,ConditionExpression:s,ExpressionAttributeNames:<s,ExpressionAttributeValues:<2,ReturnValuesOnConditionCheckFailure:s
|ResourceArn!:1>s,Policy!:s,ExpectedRevisionId:1>s,ConfirmRemoveSelfResourceAccess:b
|TableName!:1>s,IndexName:3>s,Select:s,AttributesToGet:1>[s,Limit:1>i,ConsistentRead:b,KeyConditions:<159,QueryFilter:<159,ConditionalOperator:s,ScanIndexForward:b,ExclusiveStartKey:<2,ReturnConsumedCapacity:s,ProjectionExpression:s,FilterExpression:s,KeyConditionExpression:s,ExpressionAttributeNames:<s,ExpressionAttributeValues:<2
|AttributeValueList:[2,ComparisonOperator!:s
|Items:[<2,Count:i,ScannedCount:i,LastEvaluatedKey:<2,ConsumedCapacity:6
|TargetTableName!:3>s,BackupArn!:37>s,BillingModeOverride:s,GlobalSecondaryIndexOverride:[38,LocalSecondaryIndexOverride:[36,ProvisionedThroughputOverride:39,OnDemandThroughputOverride:40,SSESpecificationOverride:43,VectorIndexOverride:[45
|SourceTableArn:1>s,SourceTableName:3>s,TargetTableName!:3>s,UseLatestRestorableTime:b,RestoreDateTime:t,BillingModeOverride:s,GlobalSecondaryIndexOverride:[38,LocalSecondaryIndexOverride:[36,ProvisionedThroughputOverride:39,OnDemandThroughputOverride:40,SSESpecificationOverride:43,VectorIndexOverride:[45
|TableName!:1>s,IndexName:3>s,AttributesToGet:1>[s,Limit:1>i,Select:s,ScanFilter:<159,ConditionalOperator:s,ExclusiveStartKey:<2,ReturnConsumedCapacity:s,TotalSegments:1>i,Segment:i,ProjectionExpression:s,FilterExpression:s,ExpressionAttributeNames:<s,ExpressionAttributeValues:<2,ConsistentRead:b
|TableName!:1>s,IndexName!:3>s,ReturnConsumedCapacity:s,ExpressionAttributeNames:<s,ExpressionAttributeValues:<2,ProjectionExpression:s,SearchVector!:1>[2,SearchConditionExpression:s,TopK!:1>i
|ConsumedCapacity:8,SearchResults:[166
|Item:<2,Score:f
|ClientToken^:s,InputS3Configuration!:77,OutputS3Configuration!:78,TableName!:1>s,MaxWriteRequestUnits:1024>i,PerformanceTier:s
|ResourceArn!:1>s,Tags!:[44
|TransactItems!:1>[170,ReturnConsumedCapacity:s
|Get!:171
|Key!:<2,TableName!:1>s,ProjectionExpression:s,ExpressionAttributeNames:<s
|ConsumedCapacity:[6,Responses:1>[127
|TransactItems!:1>[174,ReturnConsumedCapacity:s,ReturnItemCollectionMetrics:s,ClientRequestToken^:1>s
|ConditionCheck:175,Put:176,Delete:177,Update:178
|Key!:<2,TableName!:1>s,ConditionExpression!:s,ExpressionAttributeNames:<s,ExpressionAttributeValues:<2,ReturnValuesOnConditionCheckFailure:s
|Item!:<2,TableName!:1>s,ConditionExpression:s,ExpressionAttributeNames:<s,ExpressionAttributeValues:<2,ReturnValuesOnConditionCheckFailure:s
|Key!:<2,TableName!:1>s,ConditionExpression:s,ExpressionAttributeNames:<s,ExpressionAttributeValues:<2,ReturnValuesOnConditionCheckFailure:s
|Key!:<2,UpdateExpression!:s,TableName!:1>s,ConditionExpression:s,ExpressionAttributeNames:<s,ExpressionAttributeValues:<2,ReturnValuesOnConditionCheckFailure:s
|ConsumedCapacity:[6,ItemCollectionMetrics:<[17
|ResourceArn!:1>s,TagKeys!:[1>s
|TableName!:1>s,PointInTimeRecoverySpecification!:182
|PointInTimeRecoveryEnabled!:b,RecoveryPeriodInDays:1>i
|TableName!:1>s,IndexName:3>s,ContributorInsightsAction!:s,ContributorInsightsMode:s
|GlobalTableName!:3>s,ReplicaUpdates!:[185
|Create:186,Delete:186
|RegionName!:s
|GlobalTableName!:3>s,GlobalTableBillingMode:s,GlobalTableProvisionedWriteCapacityUnits:1>i,GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate:188,GlobalTableGlobalSecondaryIndexSettingsUpdate:1>[190,ReplicaSettingsUpdate:1>[191
|MinimumUnits:1>i,MaximumUnits:1>i,AutoScalingDisabled:b,AutoScalingRoleArn:1>s,ScalingPolicyUpdate:189
|PolicyName:1>s,TargetTrackingScalingPolicyConfiguration!:101
|IndexName!:3>s,ProvisionedWriteCapacityUnits:1>i,ProvisionedWriteCapacityAutoScalingSettingsUpdate:188
|RegionName!:s,ReplicaProvisionedReadCapacityUnits:1>i,ReplicaProvisionedReadCapacityAutoScalingSettingsUpdate:188,ReplicaGlobalSecondaryIndexSettingsUpdate:1>[192,ReplicaTableClass:s
|IndexName!:3>s,ProvisionedReadCapacityUnits:1>i,ProvisionedReadCapacityAutoScalingSettingsUpdate:188
|TableName!:1>s,Key!:<2,AttributeUpdates:<194,Expected:<69,ConditionalOperator:s,ReturnValues:s,ReturnConsumedCapacity:s,ReturnItemCollectionMetrics:s,UpdateExpression:s,ConditionExpression:s,ExpressionAttributeNames:<s,ExpressionAttributeValues:<2,ReturnValuesOnConditionCheckFailure:s
|Value:2,Action:s
|TableName!:1>s,StreamArn!:37>s,UpdateKinesisStreamingConfiguration:120
|TableName:3>s,StreamArn:37>s,DestinationStatus:s,UpdateKinesisStreamingConfiguration:120
|AttributeDefinitions:[34,TableName!:1>s,BillingMode:s,ProvisionedThroughput:39,GlobalSecondaryIndexUpdates:[198,StreamSpecification:42,SSESpecification:43,ReplicaUpdates:1>[201,TableClass:s,DeletionProtectionEnabled:b,MultiRegionConsistency:s,GlobalTableWitnessUpdates:1>[185,OnDemandThroughput:40,WarmThroughput:41,GlobalTableSettingsReplicationMode:s,DisassociationProtectionEnabled:b,VectorIndexUpdates:[205
|Update:199,Create:38,Delete:200
|IndexName!:3>s,ProvisionedThroughput:39,OnDemandThroughput:40,WarmThroughput:41
|IndexName!:3>s
|Create:202,Update:202,Delete:186,Disassociate:204
|RegionName!:s,KMSMasterKeyId:s,ProvisionedThroughputOverride:28,OnDemandThroughputOverride:29,GlobalSecondaryIndexes:1>[203,TableClassOverride:s
|IndexName!:3>s,ProvisionedThroughputOverride:28,OnDemandThroughputOverride:29
|RegionName!:s,DisassociationMode!:s
|Create:45,Delete:200
|GlobalSecondaryIndexUpdates:1>[207,TableName!:1>s,ProvisionedWriteCapacityAutoScalingUpdate:188,ReplicaUpdates:1>[208
|IndexName:3>s,ProvisionedWriteCapacityAutoScalingUpdate:188
|RegionName!:s,ReplicaGlobalSecondaryIndexUpdates:[209,ReplicaProvisionedReadCapacityAutoScalingUpdate:188
|IndexName:3>s,ProvisionedReadCapacityAutoScalingUpdate:188
|TableName!:1>s,TimeToLiveSpecification!:211
|Enabled!:b,AttributeName!:1>s
|TimeToLiveSpecification:211
|message:s
|message:s,Item:<2
|Message:s
|message:s,ThrottlingReasons:[217
|reason:s,resource:s
|message:s,throttlingReasons:[217
|Message:s,CancellationReasons:1>[220
|Item:<2,Code:s,Message:s""",
    "ecr": """ECR	json	1.1	AmazonEC2ContainerRegistry_V20150921	2015-09-21		api.ecr	ecr	
-
BatchCheckLayerAvailability		0	1
BatchDeleteImage		4	6
BatchGetImage		8	9
CompleteLayerUpload		11	12
CreateRepository		13	18
DeleteLifecyclePolicy		20	21
DeleteRepository		22	18
DeleteRepositoryPolicy		20	23
DescribeImages		24	26
DescribeRepositories		30	31
GetAuthorizationToken		32	33
GetDownloadUrlForLayer		35	36
GetLifecyclePolicy		20	21
GetRepositoryPolicy		20	23
InitiateLayerUpload		20	37
ListImages		38	39
ListTagsForResource		40	41
PutImage		42	43
PutImageScanningConfiguration		44	45
PutImageTagMutability		46	47
PutLifecyclePolicy		48	49
SetRepositoryPolicy		50	23
TagResource		51	52
UntagResource		53	52
UploadLayerPart		54	55
-
BlockedByOrganizationPolicyException=:56 EmptyUploadException=:56 ExclusionAlreadyExistsException=:56 ExclusionNotFoundException=:56 ImageAlreadyExistsException=:56 ImageArchivedException=:56 ImageDigestDoesNotMatchException=:56 ImageNotFoundException=:56 ImageStorageClassUpdateNotSupportedException=:56 ImageTagAlreadyExistsException=:56 InvalidLayerException=:56 InvalidLayerPartException=:57 InvalidParameterException=:56 InvalidTagParameterException=:56 KmsException=:58 LayerAlreadyExistsException=:56 LayerInaccessibleException=:56 LayerPartTooSmallException=:56 LayersNotFoundException=:56 LifecyclePolicyNotFoundException=:56 LifecyclePolicyPreviewInProgressException=:56 LifecyclePolicyPreviewNotFoundException=:56 LimitExceededException=:56 PullThroughCacheRuleAlreadyExistsException=:56 PullThroughCacheRuleNotFoundException=:56 ReferencedImagesNotFoundException=:56 RegistryPolicyNotFoundException=:56 ReplicationBackfillInProgressException=:56 ReplicationBackfillInvalidStatusException=:56 ReplicationBackfillNotFoundException=:56 RepositoryAlreadyExistsException=:56 RepositoryNotEmptyException=:56 RepositoryNotFoundException=:56 RepositoryPolicyNotFoundException=:56 ScanNotFoundException=:56 SecretNotFoundException=:56 ServerException=:56 SigningConfigurationNotFoundException=:56 TemplateAlreadyExistsException=:56 TemplateNotFoundException=:56 TooManyTagsException=:56 UnableToAccessSecretException=:56 UnableToDecryptSecretValueException=:56 UnableToGetUpstreamImageException=:56 UnableToGetUpstreamLayerException=:56 UnableToListUpstreamImageReferrersException=:56 UnsupportedImageTypeException=:56 UnsupportedUpstreamRegistryException=:56 UploadNotFoundException=:56 ValidationException=:56
-
DescribeImages	nextToken	nextToken	imageDetails	maxResults
DescribeRepositories	nextToken	nextToken	repositories	maxResults
ListImages	nextToken	nextToken	imageIds	maxResults
-

-
|registryId:s,repositoryName!:2>s,layerDigests!:1>[s
|layers:[2,failures:[3
|layerDigest:s,layerAvailability:s,layerSize:i,mediaType:s
|layerDigest:s,failureCode:s,failureReason:s
|registryId:s,repositoryName!:2>s,imageIds!:1>[5
|imageDigest:s,imageTag:1>s
|imageIds:1>[5,failures:[7
|imageId:5,failureCode:s,failureReason:s
|registryId:s,repositoryName!:2>s,imageIds!:1>[5,acceptedMediaTypes:1>[s
|images:[10,failures:[7
|registryId:s,repositoryName:2>s,imageId:5,imageManifest:1>s,imageManifestMediaType:s
|registryId:s,repositoryName!:2>s,uploadId!:s,layerDigests!:1>[s
|registryId:s,repositoryName:2>s,uploadId:s,layerDigest:s
|registryId:s,repositoryName!:2>s,tags:[14,imageTagMutability:s,imageTagMutabilityExclusionFilters:1>[15,imageScanningConfiguration:16,encryptionConfiguration:17
|Key!:s,Value!:s
|filterType!:s,filter!:1>s
|scanOnPush:b
|encryptionType!:s,kmsKey:1>s
|repository:19
|repositoryArn:s,registryId:s,repositoryName:2>s,repositoryUri:s,createdAt:t,imageTagMutability:s,imageTagMutabilityExclusionFilters:1>[15,imageScanningConfiguration:16,encryptionConfiguration:17
|registryId:s,repositoryName!:2>s
|registryId:s,repositoryName:2>s,lifecyclePolicyText:100>s,lastEvaluatedAt:t
|registryId:s,repositoryName!:2>s,force:b
|registryId:s,repositoryName:2>s,policyText:s
|registryId:s,repositoryName!:2>s,imageIds:1>[5,nextToken:s,maxResults:1>i,filter:25
|tagStatus:s,imageStatus:s
|imageDetails:[27,nextToken:s
|registryId:s,repositoryName:2>s,imageDigest:s,imageTags:[1>s,imageSizeInBytes:i,imagePushedAt:t,imageScanStatus:28,imageScanFindingsSummary:29,imageManifestMediaType:s,artifactMediaType:s,lastRecordedPullTime:t,subjectManifestDigest:s,imageStatus:s,lastArchivedAt:t,lastActivatedAt:t
|status:s,description:s
|imageScanCompletedAt:t,vulnerabilitySourceUpdatedAt:t,findingSeverityCounts:<i
|registryId:s,repositoryNames:1>[2>s,nextToken:s,maxResults:1>i
|repositories:[19,nextToken:s
|registryIds:1>[s
|authorizationData:[34
|authorizationToken:s,expiresAt:t,proxyEndpoint:s
|registryId:s,repositoryName!:2>s,layerDigest!:s
|downloadUrl:s,layerDigest:s
|uploadId:s,partSize:i
|registryId:s,repositoryName!:2>s,nextToken:s,maxResults:1>i,filter:25
|imageIds:1>[5,nextToken:s
|resourceArn!:s
|tags:[14
|registryId:s,repositoryName!:2>s,imageManifest!:1>s,imageManifestMediaType:s,imageTag:1>s,imageDigest:s
|image:10
|registryId:s,repositoryName!:2>s,imageScanningConfiguration!:16
|registryId:s,repositoryName:2>s,imageScanningConfiguration:16
|registryId:s,repositoryName!:2>s,imageTagMutability!:s,imageTagMutabilityExclusionFilters:1>[15
|registryId:s,repositoryName:2>s,imageTagMutability:s,imageTagMutabilityExclusionFilters:1>[15
|registryId:s,repositoryName!:2>s,lifecyclePolicyText!:100>s
|registryId:s,repositoryName:2>s,lifecyclePolicyText:100>s
|registryId:s,repositoryName!:2>s,policyText!:s,force:b
|resourceArn!:s,tags!:[14
|
|resourceArn!:s,tagKeys!:[s
|registryId:s,repositoryName!:2>s,uploadId!:s,partFirstByte!:i,partLastByte!:i,layerPartBlob!:B
|registryId:s,repositoryName:2>s,uploadId:s,lastByteReceived:i
|message:s
|registryId:s,repositoryName:2>s,uploadId:s,lastValidByteReceived:i,message:s
|message:s,kmsError:s""",
    "iam": """IAM	query			2010-05-08	iam.amazonaws.com	iam	iam	
-
AttachRolePolicy		0
CreatePolicy		1	3	CreatePolicyResult
CreateRole		5	6	CreateRoleResult
DeletePolicy		11
DeleteRole		12
DeleteRolePolicy		13
DetachRolePolicy		0
GetPolicy		11	3	GetPolicyResult
GetPolicyVersion		14	15	GetPolicyVersionResult
GetRole		12	6	GetRoleResult
GetRolePolicy		13	17	GetRolePolicyResult
ListAttachedRolePolicies		18	19	ListAttachedRolePoliciesResult
ListInstanceProfilesForRole		21	22	ListInstanceProfilesForRoleResult
ListPolicies		24	25	ListPoliciesResult
ListRolePolicies		21	26	ListRolePoliciesResult
ListRoleTags		21	27	ListRoleTagsResult
ListRoles		28	29	ListRolesResult
PutRolePolicy		17
UpdateAssumeRolePolicy		30
UpdateRole		31	32	UpdateRoleResult
-
AccountNotManagementOrDelegatedAdministratorException=:32 CallerIsNotManagementAccountException=:32 ConcurrentModificationException=ConcurrentModification:33 CredentialReportExpiredException=ReportExpired:33 CredentialReportNotPresentException=ReportNotPresent:33 CredentialReportNotReadyException=ReportInProgress:33 DeleteConflictException=DeleteConflict:33 DuplicateCertificateException=DuplicateCertificate:33 DuplicateSSHPublicKeyException=DuplicateSSHPublicKey:33 EntityAlreadyExistsException=EntityAlreadyExists:33 EntityTemporarilyUnmodifiableException=EntityTemporarilyUnmodifiable:33 FeatureDisabledException=FeatureDisabled:33 FeatureEnabledException=FeatureEnabled:33 InvalidAuthenticationCodeException=InvalidAuthenticationCode:33 InvalidCertificateException=InvalidCertificate:33 InvalidInputException=InvalidInput:33 InvalidPublicKeyException=InvalidPublicKey:33 InvalidUserTypeException=InvalidUserType:33 KeyPairMismatchException=KeyPairMismatch:33 LimitExceededException=LimitExceeded:33 MalformedCertificateException=MalformedCertificate:33 MalformedPolicyDocumentException=MalformedPolicyDocument:33 NameConflictException=NameConflict:33 NoSuchEntityException=NoSuchEntity:33 OpenIdIdpCommunicationErrorException=OpenIdIdpCommunicationError:33 OrganizationNotFoundException=:32 OrganizationNotInAllFeaturesModeException=:32 PasswordPolicyViolationException=PasswordPolicyViolation:33 PolicyEvaluationException=PolicyEvaluation:33 PolicyNotAttachableException=PolicyNotAttachable:33 ReportGenerationLimitExceededException=ReportGenerationLimitExceeded:33 RoleModifiedException=RoleModified:33 RoleTemplateDisabledException=RoleTemplateDisabled:33 ServiceAccessNotEnabledException=:32 ServiceFailureException=ServiceFailure:33 ServiceNotSupportedException=NotSupportedService:33 UnmodifiableEntityException=UnmodifiableEntity:33 UnrecognizedPublicKeyEncodingException=UnrecognizedPublicKeyEncoding:33
-
ListAttachedRolePolicies	Marker	Marker	AttachedPolicies	MaxItems	IsTruncated
ListInstanceProfilesForRole	Marker	Marker	InstanceProfiles	MaxItems	IsTruncated
ListPolicies	Marker	Marker	Policies	MaxItems	IsTruncated
ListRolePolicies	Marker	Marker	PolicyNames	MaxItems	IsTruncated
ListRoleTags	Marker	Marker	Tags	MaxItems	IsTruncated
ListRoles	Marker	Marker	Roles	MaxItems	IsTruncated
-
PolicyExists	GetPolicy	1	20	success status  200	retry error  NoSuchEntity
RoleExists	GetRole	1	20	success status  200	retry error  NoSuchEntity
-
|RoleName!:1>s,PolicyArn!:20>s
|PolicyName!:1>s,Path:1>s,PolicyDocument!:1>s,Description:s,Tags:[2
|Key!:1>s,Value!:s
|Policy:4
|PolicyName:1>s,PolicyId:16>s,Arn:20>s,Path:1>s,DefaultVersionId:s,AttachmentCount:i,PermissionsBoundaryUsageCount:i,IsAttachable:b,Description:s,CreateDate:t,UpdateDate:t,Tags:[2
|Path:1>s,RoleName!:1>s,AssumeRolePolicyDocument!:1>s,Description:s,MaxSessionDuration:3600>i,PermissionsBoundary:20>s,Tags:[2
|Role!:7
|Path!:1>s,RoleName!:1>s,RoleId!:16>s,Arn!:20>s,CreateDate!:t,AssumeRolePolicyDocument:1>s,Description:s,MaxSessionDuration:3600>i,PermissionsBoundary:8,Tags:[2,RoleLastUsed:9,SourceRoleTemplate:10
|PermissionsBoundaryType:s,PermissionsBoundaryArn:20>s
|LastUsedDate:t,Region:s
|TemplateArn!:20>s,TemplateMinorVersion!:i
|PolicyArn!:20>s
|RoleName!:1>s
|RoleName!:1>s,PolicyName!:1>s
|PolicyArn!:20>s,VersionId!:s
|PolicyVersion:16
|Document:1>s,VersionId:s,IsDefaultVersion:b,CreateDate:t
|RoleName!:1>s,PolicyName!:1>s,PolicyDocument!:1>s
|RoleName!:1>s,PathPrefix:1>s,Marker:1>s,MaxItems:1>i
|AttachedPolicies:[20,IsTruncated:b,Marker:s
|PolicyName:1>s,PolicyArn:20>s
|RoleName!:1>s,Marker:1>s,MaxItems:1>i
|InstanceProfiles!:[23,IsTruncated:b,Marker:s
|Path!:1>s,InstanceProfileName!:1>s,InstanceProfileId!:16>s,Arn!:20>s,CreateDate!:t,Roles!:[7,Tags:[2
|Scope:s,OnlyAttached:b,PathPrefix:1>s,PolicyUsageFilter:s,Marker:1>s,MaxItems:1>i
|Policies:[4,IsTruncated:b,Marker:s
|PolicyNames!:[1>s,IsTruncated:b,Marker:s
|Tags!:[2,IsTruncated:b,Marker:s
|PathPrefix:1>s,Marker:1>s,MaxItems:1>i
|Roles!:[7,IsTruncated:b,Marker:s
|RoleName!:1>s,PolicyDocument!:1>s
|RoleName!:1>s,Description:s,MaxSessionDuration:3600>i
|
|message:s""",
    "kinesis": """Kinesis	json	1.1	Kinesis_20131202	2013-12-02		kinesis	kinesis	
-
AddTagsToStream		0
CreateStream		1
DecreaseStreamRetentionPeriod		3
DeleteStream		4
DeregisterStreamConsumer		5
DescribeLimits		6	7
DescribeStream		8	9
DescribeStreamConsumer		5	15
DescribeStreamSummary		17	18
DisableEnhancedMonitoring		21	22
EnableEnhancedMonitoring		21	22
GetRecords		23	24
GetShardIterator		27	28
IncreaseStreamRetentionPeriod		3
ListShards		29	31
ListStreamConsumers		32	33
ListStreams		35	36
ListTagsForResource		38	39
ListTagsForStream		41	42
MergeShards		43
PutRecord		44	45
PutRecords		46	48
RegisterStreamConsumer		50	51
RemoveTagsFromStream		52
SplitShard		53
StartStreamEncryption		54
StopStreamEncryption		54
TagResource		55
UntagResource		56
UpdateMaxRecordSize		57
UpdateShardCount		58	59
UpdateStreamMode		60
-
AccessDeniedException=:61 DryRunOperationException=:61 ExpiredIteratorException=:61 ExpiredNextTokenException=:61 InternalFailureException=:61 InvalidArgumentException=:61 KMSAccessDeniedException=:61 KMSDisabledException=:61 KMSInvalidStateException=:61 KMSNotFoundException=:61 KMSOptInRequired=:61 KMSThrottlingException=:61 LimitExceededException=:61 ProvisionedThroughputExceededException=:61 ResourceInUseException=:61 ResourceNotFoundException=:61 ThrottlingException=:61 ValidationException=:61
-
DescribeStream	ExclusiveStartShardId	StreamDescription.Shards[-1].ShardId	StreamDescription.Shards	Limit	StreamDescription.HasMoreShards	StreamDescription.StreamARN,StreamDescription.StreamName,StreamDescription.StreamStatus,StreamDescription.RetentionPeriodHours,StreamDescription.EnhancedMonitoring,StreamDescription.EncryptionType,StreamDescription.KeyId,StreamDescription.StreamCreationTimestamp
ListShards	NextToken	NextToken	Shards	MaxResults
ListStreamConsumers	NextToken	NextToken	Consumers	MaxResults
ListStreams	NextToken	NextToken	StreamNames,StreamSummaries	Limit	HasMoreStreams
-
StreamExists	DescribeStream	10	18	success path StreamDescription.StreamStatus ACTIVE
StreamNotExists	DescribeStream	10	18	success error  ResourceNotFoundException
-
|StreamName:1>s,Tags!:<s,StreamARN:1>s,StreamId:1>s
|StreamName!:1>s,ShardCount:1>i,StreamModeDetails:2,Tags:<s,WarmThroughputMiBps:i,MaxRecordSizeInKiB:1024>i,RecordDistributionStrategy:s
|StreamMode!:s
|StreamName:1>s,RetentionPeriodHours!:i,StreamARN:1>s,StreamId:1>s
|StreamName:1>s,EnforceConsumerDeletion:b,StreamARN:1>s,StreamId:1>s
|StreamARN:1>s,ConsumerName:1>s,ConsumerARN:1>s,StreamId:1>s
|
|ShardLimit!:i,OpenShardCount!:i,OnDemandStreamCount!:i,OnDemandStreamCountLimit!:i,ChannelCount:i,ChannelCountLimit:i
|StreamName:1>s,Limit:1>i,ExclusiveStartShardId:1>s,StreamARN:1>s,StreamId:1>s
|StreamDescription!:10
|StreamName!:1>s,StreamARN!:1>s,StreamStatus!:s,StreamModeDetails:2,Shards!:[11,HasMoreShards!:b,RetentionPeriodHours!:i,StreamCreationTimestamp!:t,EnhancedMonitoring!:[14,EncryptionType:s,KeyId:1>s
|ShardId!:1>s,ParentShardId:1>s,AdjacentParentShardId:1>s,HashKeyRange!:12,SequenceNumberRange!:13
|StartingHashKey!:s,EndingHashKey!:s
|StartingSequenceNumber!:s,EndingSequenceNumber:s
|ShardLevelMetrics:1>[s
|ConsumerDescription!:16
|ConsumerName!:1>s,ConsumerARN!:1>s,ConsumerStatus!:s,ConsumerCreationTimestamp!:t,StreamARN!:1>s
|StreamName:1>s,StreamARN:1>s,StreamId:1>s
|StreamDescriptionSummary!:19
|StreamName!:1>s,StreamARN!:1>s,StreamId:1>s,StreamStatus!:s,StreamModeDetails:2,RetentionPeriodHours!:i,StreamCreationTimestamp!:t,EnhancedMonitoring!:[14,EncryptionType:s,KeyId:1>s,OpenShardCount!:i,ConsumerCount:i,WarmThroughput:20,MaxRecordSizeInKiB:1024>i,ChannelCount:i,RecordDistributionStrategy:s,QueueCount:i
|TargetMiBps:i,CurrentMiBps:i
|StreamName:1>s,ShardLevelMetrics!:1>[s,StreamARN:1>s,StreamId:1>s
|StreamName:1>s,CurrentShardLevelMetrics:1>[s,DesiredShardLevelMetrics:1>[s,StreamARN:1>s
|ShardIterator!:1>s,Limit:1>i,StreamARN:1>s,StreamId:1>s,DryRun:b
|Records!:[25,NextShardIterator:1>s,MillisBehindLatest:i,ChildShards:[26
|SequenceNumber!:s,ApproximateArrivalTimestamp:t,Data!:B,PartitionKey:1>s,EncryptionType:s
|ShardId!:1>s,ParentShards!:[1>s,HashKeyRange!:12
|StreamName:1>s,ShardId!:1>s,ShardIteratorType!:s,StartingSequenceNumber:s,Timestamp:t,StreamARN:1>s,StreamId:1>s,DryRun:b
|ShardIterator:1>s
|StreamName:1>s,NextToken:1>s,ExclusiveStartShardId:1>s,MaxResults:1>i,StreamCreationTimestamp:t,ShardFilter:30,StreamARN:1>s,StreamId:1>s
|Type!:s,ShardId:1>s,Timestamp:t
|Shards:[11,NextToken:1>s
|StreamARN!:1>s,NextToken:1>s,MaxResults:1>i,StreamCreationTimestamp:t,StreamId:1>s
|Consumers:[34,NextToken:1>s
|ConsumerName!:1>s,ConsumerARN!:1>s,ConsumerStatus!:s,ConsumerCreationTimestamp!:t
|Limit:1>i,ExclusiveStartStreamName:1>s,NextToken:1>s
|StreamNames!:[1>s,HasMoreStreams!:b,NextToken:1>s,StreamSummaries:[37
|StreamName!:1>s,StreamARN!:1>s,StreamStatus!:s,StreamModeDetails:2,StreamCreationTimestamp:t
|ResourceARN!:1>s,StreamId:1>s
|Tags:[40
|Key!:1>s,Value:s
|StreamName:1>s,ExclusiveStartTagKey:1>s,Limit:1>i,StreamARN:1>s,StreamId:1>s
|Tags!:[40,HasMoreTags!:b
|StreamName:1>s,ShardToMerge!:1>s,AdjacentShardToMerge!:1>s,StreamARN:1>s,StreamId:1>s
|StreamName:1>s,Data!:B,PartitionKey:1>s,ExplicitHashKey:s,SequenceNumberForOrdering:s,StreamARN:1>s,StreamId:1>s,DryRun:b
|ShardId!:1>s,SequenceNumber!:s,EncryptionType:s
|Records!:1>[47,StreamName:1>s,StreamARN:1>s,StreamId:1>s,DryRun:b
|Data!:B,ExplicitHashKey:s,PartitionKey:1>s
|FailedRecordCount:1>i,Records!:1>[49,EncryptionType:s
|SequenceNumber:s,ShardId:1>s,ErrorCode:s,ErrorMessage:s
|StreamARN!:1>s,ConsumerName!:1>s,StreamId:1>s,Tags:<s
|Consumer!:34
|StreamName:1>s,TagKeys!:1>[1>s,StreamARN:1>s,StreamId:1>s
|StreamName:1>s,ShardToSplit!:1>s,NewStartingHashKey!:s,StreamARN:1>s,StreamId:1>s
|StreamName:1>s,EncryptionType!:s,KeyId!:1>s,StreamARN:1>s,StreamId:1>s
|Tags!:<s,ResourceARN!:1>s,StreamId:1>s
|TagKeys!:1>[1>s,ResourceARN!:1>s,StreamId:1>s
|StreamARN:1>s,StreamId:1>s,MaxRecordSizeInKiB!:1024>i
|StreamName:1>s,TargetShardCount!:1>i,ScalingType!:s,StreamARN:1>s,StreamId:1>s
|StreamName:1>s,CurrentShardCount:1>i,TargetShardCount:1>i,StreamARN:1>s
|StreamARN!:1>s,StreamId:1>s,StreamModeDetails!:2,WarmThroughputMiBps:i
|message:s""",
    "lambda": """Lambda	rest-json			2015-03-31		lambda	lambda	
-
AddLayerVersionPermission	POST /2018-10-31/layers/{LayerName}/versions/{VersionNumber}/policy	0	1
AddPermission	POST /2015-03-31/functions/{FunctionName}/policy	2	3
CreateAlias	POST /2015-03-31/functions/{FunctionName}/aliases	4	6
CreateCodeSigningConfig	POST /2020-04-22/code-signing-configs	7	10
CreateEventSourceMapping	POST /2015-03-31/event-source-mappings	12	29
CreateFunction	POST /2015-03-31/functions	31	49
CreateFunctionUrlConfig	POST /2021-10-31/functions/{FunctionName}/url	57	59
DeleteAlias	DELETE /2015-03-31/functions/{FunctionName}/aliases/{Name}	60
DeleteCodeSigningConfig	DELETE /2020-04-22/code-signing-configs/{CodeSigningConfigArn}	61	62
DeleteEventSourceMapping	DELETE /2015-03-31/event-source-mappings/{UUID}	63	29
DeleteFunction	DELETE /2015-03-31/functions/{FunctionName}	64	65
DeleteFunctionCodeSigningConfig	DELETE /2020-06-30/functions/{FunctionName}/code-signing-config	66
DeleteFunctionConcurrency	DELETE /2017-10-31/functions/{FunctionName}/concurrency	66
DeleteFunctionEventInvokeConfig	DELETE /2019-09-25/functions/{FunctionName}/event-invoke-config	64
DeleteFunctionUrlConfig	DELETE /2021-10-31/functions/{FunctionName}/url	64
DeleteLayerVersion	DELETE /2018-10-31/layers/{LayerName}/versions/{VersionNumber}	67
DeleteProvisionedConcurrencyConfig	DELETE /2019-09-30/functions/{FunctionName}/provisioned-concurrency	68
DeleteResourcePolicy	DELETE /2026-07-09/resource-policy/{ResourceArn}	69
GetAccountSettings	GET /2016-08-19/account-settings	62	70
GetAlias	GET /2015-03-31/functions/{FunctionName}/aliases/{Name}	60	6
GetCodeSigningConfig	GET /2020-04-22/code-signing-configs/{CodeSigningConfigArn}	61	10
GetEventSourceMapping	GET /2015-03-31/event-source-mappings/{UUID}	63	29
GetFunction	GET /2015-03-31/functions/{FunctionName}	64	73
GetFunctionCodeSigningConfig	GET /2020-06-30/functions/{FunctionName}/code-signing-config	66	78
GetFunctionConcurrency	GET /2019-09-30/functions/{FunctionName}/concurrency	66	77
GetFunctionConfiguration	GET /2015-03-31/functions/{FunctionName}/configuration	64	49
GetFunctionEventInvokeConfig	GET /2019-09-25/functions/{FunctionName}/event-invoke-config	64	79
GetFunctionRecursionConfig	GET /2024-08-31/functions/{FunctionName}/recursion-config	66	80
GetFunctionUrlConfig	GET /2021-10-31/functions/{FunctionName}/url	64	81
GetLayerVersion	GET /2018-10-31/layers/{LayerName}/versions/{VersionNumber}	67	82
GetLayerVersionByArn	GET /2018-10-31/layers?find=LayerVersion	84	82
GetLayerVersionPolicy	GET /2018-10-31/layers/{LayerName}/versions/{VersionNumber}/policy	67	85
GetPolicy	GET /2015-03-31/functions/{FunctionName}/policy	64	85
GetProvisionedConcurrencyConfig	GET /2019-09-30/functions/{FunctionName}/provisioned-concurrency	68	86
GetResourcePolicy	GET /2026-07-09/resource-policy/{ResourceArn}	87	88
GetRuntimeManagementConfig	GET /2021-07-20/functions/{FunctionName}/runtime-management-config	64	89
Invoke	POST /2015-03-31/functions/{FunctionName}/invocations	90	91
InvokeAsync	POST /2014-11-13/functions/{FunctionName}/invoke-async	92	93
InvokeWithResponseStream	POST /2021-11-15/functions/{FunctionName}/response-streaming-invocations	94	95
ListAliases	GET /2015-03-31/functions/{FunctionName}/aliases	99	100
ListCodeSigningConfigs	GET /2020-04-22/code-signing-configs	101	102
ListEventSourceMappings	GET /2015-03-31/event-source-mappings	103	104
ListFunctionEventInvokeConfigs	GET /2019-09-25/functions/{FunctionName}/event-invoke-config/list	105	106
ListFunctionUrlConfigs	GET /2021-10-31/functions/{FunctionName}/urls	105	107
ListFunctions	GET /2015-03-31/functions	109	110
ListFunctionsByCodeSigningConfig	GET /2020-04-22/code-signing-configs/{CodeSigningConfigArn}/functions	111	112
ListLayerVersions	GET /2018-10-31/layers/{LayerName}/versions	113	114
ListLayers	GET /2018-10-31/layers	116	117
ListProvisionedConcurrencyConfigs	GET /2019-09-30/functions/{FunctionName}/provisioned-concurrency?List=ALL	105	119
ListTags	GET /2017-03-31/tags/{Resource}	121	122
ListVersionsByFunction	GET /2015-03-31/functions/{FunctionName}/versions	105	123
PublishLayerVersion	POST /2018-10-31/layers/{LayerName}/versions	124	82
PublishVersion	POST /2015-03-31/functions/{FunctionName}/versions	126	49
PutFunctionCodeSigningConfig	PUT /2020-06-30/functions/{FunctionName}/code-signing-config	127	78
PutFunctionConcurrency	PUT /2017-10-31/functions/{FunctionName}/concurrency	128	77
PutFunctionEventInvokeConfig	PUT /2019-09-25/functions/{FunctionName}/event-invoke-config	129	79
PutFunctionRecursionConfig	PUT /2024-08-31/functions/{FunctionName}/recursion-config	130	80
PutProvisionedConcurrencyConfig	PUT /2019-09-30/functions/{FunctionName}/provisioned-concurrency	131	132
PutResourcePolicy	PUT /2026-07-09/resource-policy/{ResourceArn}	133	88
PutRuntimeManagementConfig	PUT /2021-07-20/functions/{FunctionName}/runtime-management-config	134	135
RemoveLayerVersionPermission	DELETE /2018-10-31/layers/{LayerName}/versions/{VersionNumber}/policy/{StatementId}	136
RemovePermission	DELETE /2015-03-31/functions/{FunctionName}/policy/{StatementId}	137
TagResource	POST /2017-03-31/tags/{Resource}	138
UntagResource	DELETE /2017-03-31/tags/{Resource}	139
UpdateAlias	PUT /2015-03-31/functions/{FunctionName}/aliases/{Name}	140	6
UpdateCodeSigningConfig	PUT /2020-04-22/code-signing-configs/{CodeSigningConfigArn}	141	10
UpdateEventSourceMapping	PUT /2015-03-31/event-source-mappings/{UUID}	142	29
UpdateFunctionCode	PUT /2015-03-31/functions/{FunctionName}/code	143	49
UpdateFunctionConfiguration	PUT /2015-03-31/functions/{FunctionName}/configuration	144	49
UpdateFunctionEventInvokeConfig	POST /2019-09-25/functions/{FunctionName}/event-invoke-config	129	79
UpdateFunctionUrlConfig	PUT /2021-10-31/functions/{FunctionName}/url	145	81
-
AliasLimitExceededException=:146 CallbackTimeoutException=:147 CapacityProviderLimitExceededException=:146 CodeArtifactUserDeletedException=:146 CodeArtifactUserFailedException=:146 CodeArtifactUserPendingException=:146 CodeSigningConfigNotFoundException=:147 CodeStorageExceededException=:146 CodeVerificationFailedException=:147 DurableExecutionAlreadyStartedException=:147 EC2AccessDeniedException=:147 EC2ThrottledException=:147 EC2UnexpectedException=:148 EFSIOException=:147 EFSMountConnectivityException=:147 EFSMountFailureException=:147 EFSMountTimeoutException=:147 ENILimitReachedException=:147 ENINotReadyException=:147 FunctionVersionsPerCapacityProviderLimitExceededException=:146 InvalidCodeSignatureException=:147 InvalidParameterValueException=:146 InvalidRequestContentException=:146 InvalidRuntimeException=:147 InvalidSecurityGroupIDException=:147 InvalidSubnetIDException=:147 InvalidZipFileException=:147 KMSAccessDeniedException=:147 KMSDisabledException=:147 KMSInvalidStateException=:147 KMSNotFoundException=:147 ModeNotSupportedException=:146 NoPublishedVersionException=:147 PolicyLengthExceededException=:146 PreconditionFailedException=:146 ProvisionedConcurrencyConfigNotFoundException=:146 PublicPolicyException=:147 RecursiveInvocationException=:147 RequestTooLargeException=:146 ResourceConflictException=:146 ResourceInUseException=:147 ResourceNotFoundException=:147 ResourceNotReadyException=:146 RuntimeAliasDeletedException=:146 RuntimeVersionDeletedException=:146 S3FilesMountConnectivityException=:147 S3FilesMountFailureException=:147 S3FilesMountTimeoutException=:147 SerializedRequestEntityTooLargeException=:146 ServiceException=:147 ServiceQuotaExceededException=:147 SnapStartException=:147 SnapStartNotReadyException=:147 SnapStartRegenerationFailureException=:147 SnapStartTimeoutException=:147 SubnetIPAddressLimitReachedException=:147 TooManyRequestsException=:149 UnsupportedMediaTypeException=:146
-
ListAliases	Marker	NextMarker	Aliases	MaxItems
ListCodeSigningConfigs	Marker	NextMarker	CodeSigningConfigs	MaxItems
ListEventSourceMappings	Marker	NextMarker	EventSourceMappings	MaxItems
ListFunctionEventInvokeConfigs	Marker	NextMarker	FunctionEventInvokeConfigs	MaxItems
ListFunctionUrlConfigs	Marker	NextMarker	FunctionUrlConfigs	MaxItems
ListFunctions	Marker	NextMarker	Functions	MaxItems
ListFunctionsByCodeSigningConfig	Marker	NextMarker	FunctionArns	MaxItems
ListLayerVersions	Marker	NextMarker	LayerVersions	MaxItems
ListLayers	Marker	NextMarker	Layers	MaxItems
ListProvisionedConcurrencyConfigs	Marker	NextMarker	ProvisionedConcurrencyConfigs	MaxItems
ListVersionsByFunction	Marker	NextMarker	Versions	MaxItems
-
FunctionActive	GetFunctionConfiguration	5	60	success path State Active	failure path State Failed	retry path State Pending
FunctionActiveV2	GetFunction	1	300	success path Configuration.State Active	failure path Configuration.State Failed	retry path Configuration.State Pending
FunctionExists	GetFunction	1	20	success error  false	retry error  ResourceNotFoundException
FunctionUpdated	GetFunctionConfiguration	5	60	success path LastUpdateStatus Successful	failure path LastUpdateStatus Failed	retry path LastUpdateStatus InProgress
FunctionUpdatedV2	GetFunction	1	300	success path Configuration.LastUpdateStatus Successful	failure path Configuration.LastUpdateStatus Failed	retry path Configuration.LastUpdateStatus InProgress
PublishedVersionActive	GetFunctionConfiguration	5	312	success path State Active	failure path State Failed	retry path State Pending
-
|LayerName!:1>s:uLayerName,VersionNumber!:i:uVersionNumber,StatementId!:1>s,Action!:s,Principal!:s,OrganizationId:s,RevisionId:s:qRevisionId
|Statement:s,RevisionId:s
|FunctionName!:1>s:uFunctionName,StatementId!:1>s,Action!:s,Principal!:s,SourceArn:s,FunctionUrlAuthType:s,InvokedViaFunctionUrl:b,SourceAccount:s,EventSourceToken:s,Qualifier:1>s:qQualifier,RevisionId:s,PrincipalOrgID:12>s
|Statement:s
|FunctionName!:1>s:uFunctionName,Name!:1>s,FunctionVersion!:1>s,Description:s,RoutingConfig:5
|AdditionalVersionWeights:<f
|AliasArn:s,Name:1>s,FunctionVersion:1>s,Description:s,RoutingConfig:5,RevisionId:s
|Description:s,AllowedPublishers!:8,CodeSigningPolicies:9,Tags:<s
|SigningProfileVersionArns!:1>[s
|UntrustedArtifactOnDeployment:s
|CodeSigningConfig!:11
|CodeSigningConfigId!:s,CodeSigningConfigArn!:s,Description:s,AllowedPublishers!:8,CodeSigningPolicies!:9,LastModified!:s
|EventSourceArn:s,FunctionName!:1>s,Enabled:b,BatchSize:1>i,FilterCriteria:13,KMSKeyArn:s,MetricsConfig:15,LoggingConfig:16,ScalingConfig:17,MaximumBatchingWindowInSeconds:i,ParallelizationFactor:1>i,StartingPosition:s,StartingPositionTimestamp:t,DestinationConfig:18,MaximumRecordAgeInSeconds:i,BisectBatchOnFunctionError:b,MaximumRetryAttempts:i,Tags:<s,TumblingWindowInSeconds:i,Topics:1>[1>s,Queues:1>[1>s,SourceAccessConfigurations:[20,SelfManagedEventSource:21,FunctionResponseTypes:[s,AmazonManagedKafkaEventSourceConfig:22,SelfManagedKafkaEventSourceConfig:26,DocumentDBEventSourceConfig:27,ProvisionedPollerConfig:28
|Filters:[14
|Pattern:s
|Metrics:[s
|SystemLogLevel:s
|MaximumConcurrency:2>i
|OnSuccess:19,OnFailure:19
|Destination:s
|Type:s,URI:1>s
|Endpoints:<1>[1>s
|ConsumerGroupId:1>s,SchemaRegistryConfig:23
|SchemaRegistryURI:1>s,EventRecordFormat:s,AccessConfigs:[24,SchemaValidationConfigs:[25
|Type:s,URI:s
|Attribute:s
|ConsumerGroupId:1>s,SchemaRegistryConfig:23,ConsumptionMode:s
|DatabaseName:1>s,CollectionName:1>s,FullDocument:s
|MinimumPollers:1>i,MaximumPollers:1>i,PollerGroupName:s
|UUID:36>s,StartingPosition:s,StartingPositionTimestamp:t,BatchSize:1>i,MaximumBatchingWindowInSeconds:i,ParallelizationFactor:1>i,EventSourceArn:s,FilterCriteria:13,FilterCriteriaError:30,KMSKeyArn:s,MetricsConfig:15,LoggingConfig:16,ScalingConfig:17,FunctionArn:s,LastModified:t,LastProcessingResult:s,State:s,StateTransitionReason:s,DestinationConfig:18,Topics:1>[1>s,Queues:1>[1>s,SourceAccessConfigurations:[20,SelfManagedEventSource:21,MaximumRecordAgeInSeconds:i,BisectBatchOnFunctionError:b,MaximumRetryAttempts:i,TumblingWindowInSeconds:i,FunctionResponseTypes:[s,AmazonManagedKafkaEventSourceConfig:22,SelfManagedKafkaEventSourceConfig:26,DocumentDBEventSourceConfig:27,EventSourceMappingArn:85>s,ProvisionedPollerConfig:28
|ErrorCode:10>s,Message:10>s
|FunctionName!:1>s,Runtime:s,Role!:s,Handler:s,Code!:32,Description:s,Timeout:1>i,MemorySize:128>i,Publish:b,PublishTo:s,VpcConfig:33,PackageType:s,DeadLetterConfig:34,Environment:35,KMSKeyArn:s,TracingConfig:36,Tags:<s,Layers:[1>s,FileSystemConfigs:[37,CodeSigningConfigArn:s,ImageConfig:39,Architectures:1>[s,EphemeralStorage:40,SnapStart:41,LoggingConfig:42,TenancyConfig:43,CapacityProviderConfig:44,DurableConfig:46,RuntimeConfig:47,AcceleratorConfig:48
|ZipFile:B,S3Bucket:3>s,S3Key:1>s,S3ObjectVersion:1>s,S3ObjectStorageMode:s,ImageUri:s,SourceKMSKeyArn:s
|SubnetIds:[s,SecurityGroupIds:[s,Ipv6AllowedForDualStack:b
|TargetArn:s
|Variables:<s
|Mode:s
|Arn!:s,LocalMountPath!:s,S3FilesConfig:38
|DirectS3Read:s
|EntryPoint:[s,Command:[s,WorkingDirectory:s
|Size!:512>i
|ApplyOn:s
|LogFormat:s,ApplicationLogLevel:s,SystemLogLevel:s,LogGroup:1>s
|TenantIsolationMode!:s
|LambdaManagedInstancesCapacityProviderConfig!:45
|CapacityProviderArn!:1>s,PerExecutionEnvironmentMaxConcurrency:1>i,ExecutionEnvironmentMemoryGiBPerVCpu:f
|KMSKeyArn:s,RetentionPeriodInDays:1>i,ExecutionTimeout:1>i
|RuntimeArn!:48>s,RuntimeAlias!:1>s
|AcceleratorMemorySize!:i
|FunctionName:1>s,FunctionArn:s,Runtime:s,Role:s,Handler:s,CodeSize:i,Description:s,Timeout:1>i,MemorySize:128>i,LastModified:s,CodeSha256:s,Version:1>s,VpcConfig:50,DeadLetterConfig:34,Environment:51,KMSKeyArn:s,TracingConfig:36,MasterArn:s,RevisionId:s,Layers:[53,State:s,StateReason:s,StateReasonCode:s,LastUpdateStatus:s,LastUpdateStatusReason:s,LastUpdateStatusReasonCode:s,FileSystemConfigs:[37,SigningProfileVersionArn:s,SigningJobArn:s,PackageType:s,ImageConfigResponse:54,Architectures:1>[s,EphemeralStorage:40,SnapStart:55,RuntimeVersionConfig:56,LoggingConfig:42,TenancyConfig:43,CapacityProviderConfig:44,ConfigSha256:s,DurableConfig:46,RuntimeConfig:47,AcceleratorConfig:48
|SubnetIds:[s,SecurityGroupIds:[s,VpcId:s,Ipv6AllowedForDualStack:b
|Variables:<s,Error:52
|ErrorCode:s,Message:s
|Arn:1>s,CodeSize:i,SigningProfileVersionArn:s,SigningJobArn:s
|ImageConfig:39,Error:52
|ApplyOn:s,OptimizationStatus:s
|RuntimeVersionArn:26>s,Error:52
|FunctionName!:1>s:uFunctionName,Qualifier:1>s:qQualifier,AuthType!:s,Cors:58,InvokeMode:s
|AllowCredentials:b,AllowHeaders:[s,AllowMethods:[s,AllowOrigins:[1>s,ExposeHeaders:[s,MaxAge:i
|FunctionUrl!:40>s,FunctionArn!:s,AuthType!:s,Cors:58,CreationTime!:s,InvokeMode:s
|FunctionName!:1>s:uFunctionName,Name!:1>s:uName
|CodeSigningConfigArn!:s:uCodeSigningConfigArn
|
|UUID!:36>s:uUUID
|FunctionName!:1>s:uFunctionName,Qualifier:1>s:qQualifier
|StatusCode:i:c
|FunctionName!:1>s:uFunctionName
|LayerName!:1>s:uLayerName,VersionNumber!:i:uVersionNumber
|FunctionName!:1>s:uFunctionName,Qualifier!:1>s:qQualifier
|ResourceArn!:s:uResourceArn,RevisionId:36>s:qRevisionId
|AccountLimit:71,AccountUsage:72
|TotalCodeSize:i,CodeSizeUnzipped:i,CodeSizeZipped:i,ConcurrentExecutions:i,UnreservedConcurrentExecutions:i
|TotalCodeSize:i,FunctionCount:i
|Configuration:49,Code:74,Tags:<s,TagsError:76,Concurrency:77
|RepositoryType:s,Location:s,ImageUri:s,ResolvedImageUri:s,ResolvedS3Object:75,SourceKMSKeyArn:s,Error:52
|S3Bucket:3>s,S3Key:1>s,S3ObjectVersion:1>s
|ErrorCode!:10>s,Message!:84>s
|ReservedConcurrentExecutions:i
|CodeSigningConfigArn!:s,FunctionName!:1>s
|LastModified:t,FunctionArn:s,MaximumRetryAttempts:i,MaximumEventAgeInSeconds:60>i,DestinationConfig:18
|RecursiveLoop:s
|FunctionUrl!:40>s,FunctionArn!:s,AuthType!:s,Cors:58,CreationTime!:s,LastModifiedTime!:s,InvokeMode:s
|Content:83,LayerArn:1>s,LayerVersionArn:1>s,Description:s,CreatedDate:s,Version:i,CompatibleArchitectures:[s,CompatibleRuntimes:[s,LicenseInfo:s
|Location:s,CodeSha256:s,CodeSize:i,SigningProfileVersionArn:s,SigningJobArn:s,ResolvedS3Object:75
|Arn!:1>s:qArn
|Policy:s,RevisionId:s
|RequestedProvisionedConcurrentExecutions:1>i,AvailableProvisionedConcurrentExecutions:i,AllocatedProvisionedConcurrentExecutions:i,Status:s,StatusReason:s,LastModified:s
|ResourceArn!:s:uResourceArn
|Policy:1>s,RevisionId:36>s
|UpdateRuntimeOn:s,FunctionArn:s,RuntimeVersionArn:26>s
Payload|FunctionName!:1>s:uFunctionName,InvocationType:s:hX-Amz-Invocation-Type,LogType:s:hX-Amz-Log-Type,ClientContext:s:hX-Amz-Client-Context,DurableExecutionName:1>s:hX-Amz-Durable-Execution-Name,Payload:B,Qualifier:1>s:qQualifier,TenantId:1>s:hX-Amz-Tenant-Id
Payload|StatusCode:i:c,FunctionError:s:hX-Amz-Function-Error,LogResult:s:hX-Amz-Log-Result,Payload:B,ExecutedVersion:1>s:hX-Amz-Executed-Version,DurableExecutionArn:1>s:hX-Amz-Durable-Execution-Arn
InvokeArgs|FunctionName!:1>s:uFunctionName,InvokeArgs!:B
|Status:i:c
Payload|FunctionName!:1>s:uFunctionName,LogType:s:hX-Amz-Log-Type,ClientContext:s:hX-Amz-Client-Context,Qualifier:1>s:qQualifier,Payload:B,TenantId:1>s:hX-Amz-Tenant-Id,InvocationType:s:hX-Amz-Invocation-Type
EventStream|StatusCode:i:c,ExecutedVersion:1>s:hX-Amz-Executed-Version,EventStream:96,ResponseStreamContentType:s:hContent-Type
|PayloadChunk:97,InvokeComplete:98
|Payload:B
|ErrorCode:s,ErrorDetails:s,LogResult:s
|FunctionName!:1>s:uFunctionName,FunctionVersion:1>s:qFunctionVersion,Marker:s:qMarker,MaxItems:1>i:qMaxItems
|NextMarker:s,Aliases:[6
|Marker:s:qMarker,MaxItems:1>i:qMaxItems
|NextMarker:s,CodeSigningConfigs:[11
|EventSourceArn:s:qEventSourceArn,FunctionName:1>s:qFunctionName,Marker:s:qMarker,MaxItems:1>i:qMaxItems
|NextMarker:s,EventSourceMappings:[29
|FunctionName!:1>s:uFunctionName,Marker:s:qMarker,MaxItems:1>i:qMaxItems
|FunctionEventInvokeConfigs:[79,NextMarker:s
|FunctionUrlConfigs!:[108,NextMarker:s
|FunctionUrl!:40>s,FunctionArn!:s,CreationTime!:s,LastModifiedTime!:s,Cors:58,AuthType!:s,InvokeMode:s
|MasterRegion:1>s:qMasterRegion,FunctionVersion:s:qFunctionVersion,Marker:s:qMarker,MaxItems:1>i:qMaxItems
|NextMarker:s,Functions:[49
|CodeSigningConfigArn!:s:uCodeSigningConfigArn,Marker:s:qMarker,MaxItems:1>i:qMaxItems
|NextMarker:s,FunctionArns:[s
|CompatibleArchitecture:s:qCompatibleArchitecture,CompatibleRuntime:s:qCompatibleRuntime,LayerName!:1>s:uLayerName,Marker:s:qMarker,MaxItems:1>i:qMaxItems
|NextMarker:s,LayerVersions:[115
|LayerVersionArn:1>s,Version:i,Description:s,CreatedDate:s,CompatibleArchitectures:[s,CompatibleRuntimes:[s,LicenseInfo:s
|CompatibleArchitecture:s:qCompatibleArchitecture,CompatibleRuntime:s:qCompatibleRuntime,Marker:s:qMarker,MaxItems:1>i:qMaxItems
|NextMarker:s,Layers:[118
|LayerName:1>s,LayerArn:1>s,LatestMatchingVersion:115
|ProvisionedConcurrencyConfigs:[120,NextMarker:s
|FunctionArn:s,RequestedProvisionedConcurrentExecutions:1>i,AvailableProvisionedConcurrentExecutions:i,AllocatedProvisionedConcurrentExecutions:i,Status:s,StatusReason:s,LastModified:s
|Resource!:1>s:uResource
|Tags:<s
|NextMarker:s,Versions:[49
|LayerName!:1>s:uLayerName,Description:s,Content!:125,CompatibleArchitectures:[s,CompatibleRuntimes:[s,LicenseInfo:s
|S3Bucket:3>s,S3Key:1>s,S3ObjectVersion:1>s,S3ObjectStorageMode:s,ZipFile:B
|FunctionName!:1>s:uFunctionName,CodeSha256:s,Description:s,RevisionId:s,PublishTo:s
|CodeSigningConfigArn!:s,FunctionName!:1>s:uFunctionName
|FunctionName!:1>s:uFunctionName,ReservedConcurrentExecutions!:i
|FunctionName!:1>s:uFunctionName,Qualifier:1>s:qQualifier,MaximumRetryAttempts:i,MaximumEventAgeInSeconds:60>i,DestinationConfig:18
|FunctionName!:1>s:uFunctionName,RecursiveLoop!:s
|FunctionName!:1>s:uFunctionName,Qualifier!:1>s:qQualifier,ProvisionedConcurrentExecutions!:1>i
|RequestedProvisionedConcurrentExecutions:1>i,AllocatedProvisionedConcurrentExecutions:i,AvailableProvisionedConcurrentExecutions:i,Status:s,StatusReason:s,LastModified:s
|ResourceArn!:s:uResourceArn,Policy!:1>s,RevisionId:36>s
|FunctionName!:1>s:uFunctionName,Qualifier:1>s:qQualifier,UpdateRuntimeOn!:s,RuntimeVersionArn:26>s
|UpdateRuntimeOn!:s,FunctionArn!:s,RuntimeVersionArn:26>s
|LayerName!:1>s:uLayerName,VersionNumber!:i:uVersionNumber,StatementId!:1>s:uStatementId,RevisionId:s:qRevisionId
|FunctionName!:1>s:uFunctionName,StatementId!:1>s:uStatementId,Qualifier:1>s:qQualifier,RevisionId:s:qRevisionId
|Resource!:1>s:uResource,Tags!:<s
|Resource!:1>s:uResource,TagKeys!:[1>s:qtagKeys
|FunctionName!:1>s:uFunctionName,Name!:1>s:uName,FunctionVersion:1>s,Description:s,RoutingConfig:5,RevisionId:s
|CodeSigningConfigArn!:s:uCodeSigningConfigArn,Description:s,AllowedPublishers:8,CodeSigningPolicies:9
|UUID!:36>s:uUUID,FunctionName:1>s,Enabled:b,BatchSize:1>i,FilterCriteria:13,KMSKeyArn:s,MetricsConfig:15,LoggingConfig:16,ScalingConfig:17,MaximumBatchingWindowInSeconds:i,ParallelizationFactor:1>i,DestinationConfig:18,MaximumRecordAgeInSeconds:i,BisectBatchOnFunctionError:b,MaximumRetryAttempts:i,TumblingWindowInSeconds:i,SourceAccessConfigurations:[20,FunctionResponseTypes:[s,AmazonManagedKafkaEventSourceConfig:22,SelfManagedKafkaEventSourceConfig:26,DocumentDBEventSourceConfig:27,ProvisionedPollerConfig:28
|FunctionName!:1>s:uFunctionName,ZipFile:B,S3Bucket:3>s,S3Key:1>s,S3ObjectVersion:1>s,S3ObjectStorageMode:s,ImageUri:s,Architectures:1>[s,Publish:b,PublishTo:s,DryRun:b,RevisionId:s,SourceKMSKeyArn:s
|FunctionName!:1>s:uFunctionName,Role:s,Handler:s,Description:s,Timeout:1>i,MemorySize:128>i,VpcConfig:33,Environment:35,Runtime:s,DeadLetterConfig:34,KMSKeyArn:s,TracingConfig:36,RevisionId:s,Layers:[1>s,FileSystemConfigs:[37,ImageConfig:39,EphemeralStorage:40,SnapStart:41,LoggingConfig:42,CapacityProviderConfig:44,DurableConfig:46,RuntimeConfig:47,AcceleratorConfig:48
|FunctionName!:1>s:uFunctionName,Qualifier:1>s:qQualifier,AuthType:s,Cors:58,InvokeMode:s
|Type:s,message:s
|Type:s,Message:s
|Type:s,Message:s,EC2ErrorCode:s
|retryAfterSeconds:s:hRetry-After,Type:s,message:s,Reason:s""",
    "logs": """CloudWatch Logs	json	1.1	Logs_20140328	2014-03-28		logs	logs	
-
CreateLogGroup		0
CreateLogStream		1
DeleteLogGroup		2
DeleteLogStream		1
DeleteMetricFilter		3
DeleteRetentionPolicy		2
DeleteSubscriptionFilter		3
DescribeLogGroups		4	5
DescribeLogStreams		7	8
DescribeMetricFilters		10	11
DescribeQueries		14	15
DescribeSubscriptionFilters		17	18
FilterLogEvents		20	21
GetLogEvents		24	25
GetQueryResults		27	28
ListTagsForResource		31	32
PutLogEvents		33	36
PutMetricFilter		39
PutRetentionPolicy		40
PutSubscriptionFilter		41
StartQuery		42	43
StopQuery		44	45
TagResource		46
TestMetricFilter		47	48
UntagResource		50
-
AccessDeniedException=:51 ConflictException=:51 DataAlreadyAcceptedException=:52 InternalServerException=:51 InternalStreamingException=:53 InvalidOperationException=:51 InvalidParameterException=:51 InvalidSequenceTokenException=:52 LimitExceededException=:51 MalformedQueryException=:54 OperationAbortedException=:51 ResourceAlreadyExistsException=:51 ResourceNotFoundException=:51 ServiceQuotaExceededException=:51 ServiceUnavailableException=:51 SessionStreamingException=:53 SessionTimeoutException=:53 ThrottlingException=:51 TooManyTagsException=:57 UnrecognizedClientException=:51 ValidationException=:51
-
DescribeLogGroups	nextToken	nextToken	logGroups	limit
DescribeLogStreams	nextToken	nextToken	logStreams	limit
DescribeMetricFilters	nextToken	nextToken	metricFilters	limit
DescribeQueries	nextToken	nextToken	queries	maxResults
DescribeSubscriptionFilters	nextToken	nextToken	subscriptionFilters	limit
FilterLogEvents	nextToken	nextToken	events,searchedLogStreams	limit
-

-
|logGroupName!:1>s,kmsKeyId:s,tags:<s,logGroupClass:s,deletionProtectionEnabled:b
|logGroupName!:1>s,logStreamName!:1>s
|logGroupName!:1>s
|logGroupName!:1>s,filterName!:1>s
|accountIdentifiers:[12>s,logGroupNamePrefix:1>s,logGroupNamePattern:s,nextToken:1>s,limit:1>i,includeLinkedAccounts:b,logGroupClass:s,logGroupIdentifiers:1>[1>s
|logGroups:[6,nextToken:1>s
|logGroupName:1>s,creationTime:i,retentionInDays:i,metricFilterCount:i,arn:s,storedBytes:i,kmsKeyId:s,dataProtectionStatus:s,inheritedProperties:[s,logGroupClass:s,logGroupArn:s,deletionProtectionEnabled:b,bearerTokenAuthenticationEnabled:b,retentionPolicyName:s
|logGroupName:1>s,logGroupIdentifier:1>s,logStreamNamePrefix:1>s,orderBy:s,descending:b,nextToken:1>s,limit:1>i
|logStreams:[9,nextToken:1>s
|logStreamName:1>s,creationTime:i,firstEventTimestamp:i,lastEventTimestamp:i,lastIngestionTime:i,uploadSequenceToken:1>s,arn:s,storedBytes:i
|logGroupName:1>s,filterNamePrefix:1>s,nextToken:1>s,limit:1>i,metricName:s,metricNamespace:s
|metricFilters:[12,nextToken:1>s
|filterName:1>s,filterPattern:s,metricTransformations:1>[13,creationTime:i,logGroupName:1>s,applyOnTransformedLogs:b,fieldSelectionCriteria:s,emitSystemFieldDimensions:[s
|metricName!:s,metricNamespace!:s,metricValue!:s,defaultValue:f,dimensions:<s,unit:s
|logGroupName:1>s,status:s,maxResults:1>i,nextToken:1>s,queryLanguage:s
|queries:[16,nextToken:1>s
|queryLanguage:s,queryId:1>s,queryString:s,status:s,createTime:i,logGroupName:1>s,queryDuration:i,bytesScanned:f,userIdentity:1>s
|logGroupName!:1>s,filterNamePrefix:1>s,nextToken:1>s,limit:1>i
|subscriptionFilters:[19,nextToken:1>s
|filterName:1>s,logGroupName:1>s,filterPattern:s,destinationArn:1>s,roleArn:1>s,distribution:s,applyOnTransformedLogs:b,creationTime:i,fieldSelectionCriteria:s,emitSystemFields:[s
|logGroupName:1>s,logGroupIdentifier:1>s,logStreamNames:1>[1>s,logStreamNamePrefix:1>s,startTime:i,endTime:i,filterPattern:s,nextToken:1>s,limit:1>i,startFromHead:b,interleaved:b,unmask:b
|events:[22,searchedLogStreams:[23,nextToken:1>s
|logStreamName:1>s,timestamp:i,message:1>s,ingestionTime:i,eventId:s
|logStreamName:1>s,searchedCompletely:b
|logGroupName:1>s,logGroupIdentifier:1>s,logStreamName!:1>s,startTime:i,endTime:i,nextToken:1>s,limit:1>i,startFromHead:b,unmask:b
|events:[26,nextForwardToken:1>s,nextBackwardToken:1>s
|timestamp:i,message:1>s,ingestionTime:i
|queryId!:1>s,nextToken:s,maxItems:i
|queryLanguage:s,results:[[29,statistics:30,status:s,encryptionKey:s,nextToken:s
|field:s,value:s
|recordsMatched:f,recordsScanned:f,estimatedRecordsSkipped:f,bytesScanned:f,estimatedBytesSkipped:f,logGroupsScanned:f,resultCount:f
|resourceArn!:1>s
|tags:<s
|logGroupName!:1>s,logStreamName!:1>s,logEvents!:1>[34,sequenceToken:1>s,entity:35
|timestamp!:i,message!:1>s
|keyAttributes:<1>s,attributes:<1>s
|nextSequenceToken:1>s,rejectedLogEventsInfo:37,rejectedEntityInfo:38
|tooNewLogEventStartIndex:i,tooOldLogEventEndIndex:i,expiredLogEventEndIndex:i
|errorType!:s
|logGroupName!:1>s,filterName!:1>s,filterPattern!:s,metricTransformations!:1>[13,applyOnTransformedLogs:b,fieldSelectionCriteria:s,emitSystemFieldDimensions:[s
|logGroupName!:1>s,retentionInDays!:i
|logGroupName!:1>s,filterName!:1>s,filterPattern!:s,destinationArn!:1>s,roleArn:1>s,distribution:s,applyOnTransformedLogs:b,fieldSelectionCriteria:s,emitSystemFields:[s
|queryLanguage:s,logGroupName:1>s,logGroupNames:[1>s,logGroupIdentifiers:[1>s,startTime!:i,endTime!:i,queryString!:s,limit:1>i
|queryId:1>s
|queryId!:1>s
|success:b
|resourceArn!:1>s,tags!:<s
|filterPattern!:s,logEventMessages!:1>[1>s
|matches:[49
|eventNumber:i,eventMessage:1>s,extractedValues:<s
|resourceArn!:1>s,tagKeys!:[1>s
|
|expectedSequenceToken:1>s
|message:s
|queryCompileError:55
|location:56,message:s
|startCharOffset:i,endCharOffset:i
|message:s,resourceName:1>s""",
    "cloudwatch": """CloudWatch	json	1.0	GraniteServiceVersion20100801	2010-08-01		monitoring	monitoring	
-
DeleteAlarms		0
DeleteDashboards		1	2	DeleteDashboardsResult
DescribeAlarmHistory		3	4	DescribeAlarmHistoryResult
DescribeAlarms		6	7	DescribeAlarmsResult
DescribeAlarmsForMetric		25	26	DescribeAlarmsForMetricResult
DisableAlarmActions		0
EnableAlarmActions		0
GetDashboard		27	28	GetDashboardResult
GetMetricData		29	31	GetMetricDataResult
GetMetricStatistics		34	35	GetMetricStatisticsResult
ListDashboards		37	38	ListDashboardsResult
ListMetrics		40	42	ListMetricsResult
ListTagsForResource		43	44	ListTagsForResourceResult
PutCompositeAlarm		45
PutDashboard		46	47	PutDashboardResult
PutMetricAlarm		49
PutMetricData		50
SetAlarmState		55
TagResource		56	2	TagResourceResult
UntagResource		57	2	UntagResourceResult
-
ConcurrentModificationException=:2 ConflictException=:58 DashboardInvalidInputError=InvalidParameterInput:59 DashboardNotFoundError=ResourceNotFound:60 InternalServiceFault=InternalServiceError:61 InvalidFormatFault=InvalidFormat:62 InvalidNextToken=:62 InvalidParameterCombinationException=InvalidParameterCombination:60 InvalidParameterValueException=InvalidParameterValue:60 KmsAccessDeniedException=:63 KmsKeyDisabledException=:63 KmsKeyNotFoundException=:63 LimitExceededException=:2 LimitExceededFault=LimitExceeded:62 MissingRequiredParameterException=MissingParameter:60 ResourceConflict=:62 ResourceNotFound=:62 ResourceNotFoundException=:64 ValidationException=ValidationError:60
-
DescribeAlarmHistory	NextToken	NextToken	AlarmHistoryItems	MaxRecords
DescribeAlarms	NextToken	NextToken	MetricAlarms,CompositeAlarms,LogAlarms	MaxRecords
GetMetricData	NextToken	NextToken	MetricDataResults,Messages	MaxDatapoints
ListDashboards	NextToken	NextToken	DashboardEntries
ListMetrics	NextToken	NextToken	Metrics,OwningAccounts
-

-
|AlarmNames!:[1>s
|DashboardNames!:[s
|
|AlarmName:1>s,AlarmContributorId:1>s,AlarmTypes:[s,HistoryItemType:s,StartDate:t,EndDate:t,MaxRecords:1>i,NextToken:s,ScanBy:s
|AlarmHistoryItems:[5,NextToken:s
|AlarmName:1>s,AlarmContributorId:1>s,AlarmType:s,Timestamp:t,HistoryItemType:s,HistorySummary:1>s,HistoryData:1>s,AlarmContributorAttributes:<1>s
|AlarmNames:[1>s,AlarmNamePrefix:1>s,AlarmTypes:[s,ChildrenOfAlarmName:1>s,ParentsOfAlarmName:1>s,StateValue:s,ActionPrefix:1>s,MaxRecords:1>i,NextToken:s
|CompositeAlarms:[8,MetricAlarms:[11,LogAlarms:[21,NextToken:s
|ActionsEnabled:b,AlarmActions:[1>s,AlarmArn:1>s,AlarmConfigurationUpdatedTimestamp:t,AlarmDescription:s,AlarmName:1>s,AlarmRule:1>s,InsufficientDataActions:[1>s,OKActions:[1>s,StateReason:s,StateReasonData:s,StateUpdatedTimestamp:t,StateValue:s,StateTransitionedTimestamp:t,ActionsSuppressedBy:s,ActionsSuppressedReason:s,ActionsSuppressor:1>s,ActionsSuppressorWaitPeriod:i,ActionsSuppressorExtensionPeriod:i,ActionConfiguration:9
|AlarmTagsPropagation:10
|Enabled!:b,IncludedTagKeys:1>[1>s,ExcludedTagKeys:1>[1>s
|AlarmName:1>s,AlarmArn:1>s,AlarmDescription:s,AlarmConfigurationUpdatedTimestamp:t,ActionsEnabled:b,OKActions:[1>s,AlarmActions:[1>s,InsufficientDataActions:[1>s,StateValue:s,StateReason:s,StateReasonData:s,StateUpdatedTimestamp:t,MetricName:1>s,Namespace:1>s,Statistic:s,ExtendedStatistic:s,Dimensions:[12,Period:1>i,Unit:s,EvaluationPeriods:1>i,DatapointsToAlarm:1>i,Threshold:f,ComparisonOperator:s,TreatMissingData:1>s,EvaluateLowSampleCountPercentile:1>s,Metrics:[13,ThresholdMetricId:1>s,EvaluationState:s,StateTransitionedTimestamp:t,EvaluationWindow:16,WarmUpConfiguration:18,EvaluationCriteria:19,EvaluationInterval:10>i,ActionConfiguration:9
|Name!:1>s,Value!:1>s
|Id!:1>s,MetricStat:14,Expression:1>s,Label:s,ReturnData:b,Period:1>i,AccountId:1>s
|Metric!:15,Period!:1>i,Stat!:s,Unit:s
|Namespace:1>s,MetricName:1>s,Dimensions:[12
|WallClockWindow:17,SlidingWindow:2
|Timezone:1>s
|WarmUpPeriodDurationInMinutes!:1>i,OnlyStartEvaluatingAfterWarmUpPeriodEnds:b
|PromQLCriteria:20
|Query!:1>s,PendingPeriod:i,RecoveryPeriod:i
|AlarmName:1>s,AlarmArn:1>s,AlarmDescription:s,AlarmConfigurationUpdatedTimestamp:t,ActionsEnabled:b,OKActions:[1>s,AlarmActions:[1>s,InsufficientDataActions:[1>s,StateValue:s,StateReason:s,StateReasonData:s,StateUpdatedTimestamp:t,ScheduledQueryConfiguration:22,QueryResultsToEvaluate:1>i,QueryResultsToAlarm:1>i,Threshold:f,ComparisonOperator:s,TreatMissingData:1>s,StateTransitionedTimestamp:t,EvaluationState:s,ActionLogLineCount:i,ActionLogLineRoleArn:s,WarmUpConfiguration:18,ActionConfiguration:9
|QueryString!:s,LogGroupIdentifiers:1>[1>s,QueryARN:1>s,ScheduledQueryRoleARN!:1>s,ScheduleConfiguration!:23,AggregationExpression!:1>s,Tags:[24
|ScheduleExpression!:1>s,StartTimeOffset!:1>i,EndTimeOffset:i
|Key!:1>s,Value!:s
|MetricName!:1>s,Namespace!:1>s,Statistic:s,ExtendedStatistic:s,Dimensions:[12,Period:1>i,Unit:s
|MetricAlarms:[11
|DashboardName!:s
|DashboardArn:s,DashboardBody:s,DashboardName:s
|MetricDataQueries!:[13,StartTime!:t,EndTime!:t,NextToken:s,ScanBy:s,MaxDatapoints:i,LabelOptions:30
|Timezone:s
|MetricDataResults:[32,NextToken:s,Messages:[33
|Id:1>s,Label:s,Timestamps:[t,Values:[f,StatusCode:s,Messages:[33
|Code:s,Value:s
|Namespace!:1>s,MetricName!:1>s,Dimensions:[12,StartTime!:t,EndTime!:t,Period!:1>i,Statistics:1>[s,ExtendedStatistics:1>[s,Unit:s
|Label:s,Datapoints:[36
|Timestamp:t,SampleCount:f,Average:f,Sum:f,Minimum:f,Maximum:f,Unit:s,ExtendedStatistics:<f
|DashboardNamePrefix:s,NextToken:s
|DashboardEntries:[39,NextToken:s
|DashboardName:s,DashboardArn:s,LastModified:t,Size:i
|Namespace:1>s,MetricName:1>s,Dimensions:[41,NextToken:s,RecentlyActive:s,IncludeLinkedAccounts:b,OwningAccount:1>s
|Name!:1>s,Value:1>s
|Metrics:[15,NextToken:s,OwningAccounts:[1>s
|ResourceARN!:1>s
|Tags:[24
|ActionsEnabled:b,AlarmActions:[1>s,AlarmDescription:s,AlarmName!:1>s,AlarmRule!:1>s,InsufficientDataActions:[1>s,OKActions:[1>s,Tags:[24,ActionsSuppressor:1>s,ActionsSuppressorWaitPeriod:i,ActionsSuppressorExtensionPeriod:i,ActionConfiguration:9
|DashboardName!:s,DashboardBody!:s,Tags:[24
|DashboardValidationMessages:[48
|DataPath:s,Message:s
|AlarmName!:1>s,AlarmDescription:s,ActionsEnabled:b,OKActions:[1>s,AlarmActions:[1>s,InsufficientDataActions:[1>s,MetricName:1>s,Namespace:1>s,Statistic:s,ExtendedStatistic:s,Dimensions:[12,Period:1>i,Unit:s,EvaluationPeriods:1>i,DatapointsToAlarm:1>i,Threshold:f,ComparisonOperator:s,TreatMissingData:1>s,EvaluateLowSampleCountPercentile:1>s,Metrics:[13,Tags:[24,ThresholdMetricId:1>s,EvaluationWindow:16,WarmUpConfiguration:18,EvaluationCriteria:19,EvaluationInterval:10>i,ActionConfiguration:9
|Namespace!:1>s,MetricData:[51,EntityMetricData:[53,StrictEntityValidation:b
|MetricName!:1>s,Dimensions:[12,Timestamp:t,Value:f,StatisticValues:52,Values:[f,Counts:[f,Unit:s,StorageResolution:1>i
|SampleCount!:f,Sum!:f,Minimum!:f,Maximum!:f
|Entity:54,MetricData:[51
|KeyAttributes:<1>s,Attributes:<1>s
|AlarmName!:1>s,StateValue!:s,StateReason!:s,StateReasonData:s
|ResourceARN!:1>s,Tags!:[24
|ResourceARN!:1>s,TagKeys!:[1>s
|Message:1>s
|message:s,dashboardValidationMessages:[48
|message:s
|Message:s
|message:1>s
|Message!:s
|ResourceType:s,ResourceId:s""",
    "s3": """S3	rest-xml			2006-03-01	s3.amazonaws.com	s3	s3	
-
AbortMultipartUpload	DELETE /{Bucket}/{Key+}	0	1
CompleteMultipartUpload	POST /{Bucket}/{Key+}	2	5
CopyObject	PUT /{Bucket}/{Key+}	6	7
CreateBucket	PUT /{Bucket}	9	14
CreateMultipartUpload	POST /{Bucket}/{Key+}?uploads	15	16
DeleteBucket	DELETE /{Bucket}	17
DeleteBucketPolicy	DELETE /{Bucket}?policy	17
DeleteBucketTagging	DELETE /{Bucket}?tagging	17
DeleteObject	DELETE /{Bucket}/{Key+}	18	19
DeleteObjectTagging	DELETE /{Bucket}/{Key+}?tagging	20	21
DeleteObjects	POST /{Bucket}?delete	22	25
DeletePublicAccessBlock	DELETE /{Bucket}?publicAccessBlock	17
GetBucketLocation	GET /{Bucket}?location	17	28
GetBucketNotificationConfiguration	GET /{Bucket}?notification	17	29
GetBucketPolicy	GET /{Bucket}?policy	17	37
GetBucketPolicyStatus	GET /{Bucket}?policyStatus	17	38
GetBucketTagging	GET /{Bucket}?tagging	17	40
GetBucketVersioning	GET /{Bucket}?versioning	17	41
GetObject	GET /{Bucket}/{Key+}	42	43
GetObjectTagging	GET /{Bucket}/{Key+}?tagging	44	45
GetPublicAccessBlock	GET /{Bucket}?publicAccessBlock	17	46
HeadBucket	HEAD /{Bucket}	17	48
HeadObject	HEAD /{Bucket}/{Key+}	42	49
ListBuckets	GET /	50	51
ListMultipartUploads	GET /{Bucket}?uploads	54	55
ListObjects	GET /{Bucket}	59	60
ListObjectsV2	GET /{Bucket}?list-type=2	63	64
ListParts	GET /{Bucket}/{Key+}	65	66
PutBucketNotificationConfiguration	PUT /{Bucket}?notification	68
PutBucketPolicy	PUT /{Bucket}?policy	69
PutBucketTagging	PUT /{Bucket}?tagging	70
PutBucketVersioning	PUT /{Bucket}?versioning	71
PutObject	PUT /{Bucket}/{Key+}	73	74
PutObjectTagging	PUT /{Bucket}/{Key+}?tagging	75	21
PutPublicAccessBlock	PUT /{Bucket}?publicAccessBlock	76
UploadPart	PUT /{Bucket}/{Key+}	77	78
UploadPartCopy	PUT /{Bucket}/{Key+}	79	80
-
AccessDenied=:36 AnnotationLimitExceeded=:36 AnnotationNameTooLong=:36 BucketAlreadyExists=:36 BucketAlreadyOwnedByYou=:36 EncryptionTypeMismatch=:36 IdempotencyParameterMismatch=:36 InvalidAnnotationName=:36 InvalidObjectState=:82 InvalidPrefix=:36 InvalidRequest=:36 InvalidWriteOffset=:36 NoSuchAnnotation=:36 NoSuchBucket=:36 NoSuchKey=:36 NoSuchUpload=:36 ObjectAlreadyInActiveTierError=:36 ObjectNotInActiveTierError=:36 TooManyParts=:36 UnsupportedMediaType=:36
-
ListBuckets	ContinuationToken	ContinuationToken	Buckets	MaxBuckets
ListMultipartUploads	KeyMarker,UploadIdMarker	NextKeyMarker,NextUploadIdMarker	Uploads,CommonPrefixes	MaxUploads	IsTruncated
ListObjects	Marker	NextMarker || Contents[-1].Key	Contents,CommonPrefixes	MaxKeys	IsTruncated
ListObjectsV2	ContinuationToken	NextContinuationToken	Contents,CommonPrefixes	MaxKeys	IsTruncated
ListParts	PartNumberMarker	NextPartNumberMarker	Parts	MaxParts	IsTruncated
-
BucketExists	HeadBucket	5	20	success status  200	success status  301	success status  403	retry status  404
BucketNotExists	HeadBucket	5	20	success status  404
ObjectExists	HeadObject	5	20	success status  200	retry status  404
ObjectNotExists	HeadObject	5	20	success status  404
-
|Bucket!:s:uBucket,Key!:1>s:uKey,UploadId!:s:quploadId,RequestPayer:s:hx-amz-request-payer,ExpectedBucketOwner:s:hx-amz-expected-bucket-owner,IfMatchInitiatedTime:tr:hx-amz-if-match-initiated-time
|RequestCharged:s:hx-amz-request-charged,VersionId:s:hx-amz-version-id
MultipartUpload|Bucket!:s:uBucket,Key!:1>s:uKey,MultipartUpload:3:bCompleteMultipartUpload,UploadId!:s:quploadId,ChecksumCRC32:s:hx-amz-checksum-crc32,ChecksumCRC32C:s:hx-amz-checksum-crc32c,ChecksumCRC64NVME:s:hx-amz-checksum-crc64nvme,ChecksumSHA1:s:hx-amz-checksum-sha1,ChecksumSHA256:s:hx-amz-checksum-sha256,ChecksumSHA512:s:hx-amz-checksum-sha512,ChecksumMD5:s:hx-amz-checksum-md5,ChecksumXXHASH64:s:hx-amz-checksum-xxhash64,ChecksumXXHASH3:s:hx-amz-checksum-xxhash3,ChecksumXXHASH128:s:hx-amz-checksum-xxhash128,ChecksumType:s:hx-amz-checksum-type,MpuObjectSize:i:hx-amz-mp-object-size,RequestPayer:s:hx-amz-request-payer,ExpectedBucketOwner:s:hx-amz-expected-bucket-owner,IfMatch:s:hIf-Match,IfNoneMatch:s:hIf-None-Match,SSECustomerAlgorithm:s:hx-amz-server-side-encryption-customer-algorithm,SSECustomerKey:s:hx-amz-server-side-encryption-customer-key,SSECustomerKeyMD5:s:hx-amz-server-side-encryption-customer-key-MD5
|Parts:[+4:bPart
|ETag:s,ChecksumCRC32:s,ChecksumCRC32C:s,ChecksumCRC64NVME:s,ChecksumSHA1:s,ChecksumSHA256:s,ChecksumSHA512:s,ChecksumMD5:s,ChecksumXXHASH64:s,ChecksumXXHASH3:s,ChecksumXXHASH128:s,PartNumber:i
|Location:s,Bucket:s,Key:1>s,Expiration:s:hx-amz-expiration,ETag:s,ChecksumCRC32:s,ChecksumCRC32C:s,ChecksumCRC64NVME:s,ChecksumSHA1:s,ChecksumSHA256:s,ChecksumSHA512:s,ChecksumMD5:s,ChecksumXXHASH64:s,ChecksumXXHASH3:s,ChecksumXXHASH128:s,ChecksumType:s,ServerSideEncryption:s:hx-amz-server-side-encryption,VersionId:s:hx-amz-version-id,SSEKMSKeyId:s:hx-amz-server-side-encryption-aws-kms-key-id,BucketKeyEnabled:b:hx-amz-server-side-encryption-bucket-key-enabled,RequestCharged:s:hx-amz-request-charged
|ACL:s:hx-amz-acl,Bucket!:s:uBucket,CacheControl:s:hCache-Control,ChecksumAlgorithm:s:hx-amz-checksum-algorithm,ContentDisposition:s:hContent-Disposition,ContentEncoding:s:hContent-Encoding,ContentLanguage:s:hContent-Language,ContentType:s:hContent-Type,CopySource!:s:hx-amz-copy-source,CopySourceIfMatch:s:hx-amz-copy-source-if-match,CopySourceIfModifiedSince:t:hx-amz-copy-source-if-modified-since,CopySourceIfNoneMatch:s:hx-amz-copy-source-if-none-match,CopySourceIfUnmodifiedSince:t:hx-amz-copy-source-if-unmodified-since,Expires:s:hExpires,GrantFullControl:s:hx-amz-grant-full-control,GrantRead:s:hx-amz-grant-read,GrantReadACP:s:hx-amz-grant-read-acp,GrantWriteACP:s:hx-amz-grant-write-acp,IfMatch:s:hIf-Match,IfNoneMatch:s:hIf-None-Match,Key!:1>s:uKey,Metadata:<s:Hx-amz-meta-,MetadataDirective:s:hx-amz-metadata-directive,TaggingDirective:s:hx-amz-tagging-directive,AnnotationDirective:s:hx-amz-object-annotation-directive,ServerSideEncryption:s:hx-amz-server-side-encryption,StorageClass:s:hx-amz-storage-class,WebsiteRedirectLocation:s:hx-amz-website-redirect-location,SSECustomerAlgorithm:s:hx-amz-server-side-encryption-customer-algorithm,SSECustomerKey:s:hx-amz-server-side-encryption-customer-key,SSECustomerKeyMD5:s:hx-amz-server-side-encryption-customer-key-MD5,SSEKMSKeyId:s:hx-amz-server-side-encryption-aws-kms-key-id,SSEKMSEncryptionContext:s:hx-amz-server-side-encryption-context,BucketKeyEnabled:b:hx-amz-server-side-encryption-bucket-key-enabled,CopySourceSSECustomerAlgorithm:s:hx-amz-copy-source-server-side-encryption-customer-algorithm,CopySourceSSECustomerKey:s:hx-amz-copy-source-server-side-encryption-customer-key,CopySourceSSECustomerKeyMD5:s:hx-amz-copy-source-server-side-encryption-customer-key-MD5,RequestPayer:s:hx-amz-request-payer,Tagging:s:hx-amz-tagging,ObjectLockMode:s:hx-amz-object-lock-mode,ObjectLockRetainUntilDate:ti:hx-amz-object-lock-retain-until-date,ObjectLockLegalHoldStatus:s:hx-amz-object-lock-legal-hold,ObjectLockEventHold:s:hx-amz-object-lock-event-hold,ObjectLockEventHoldDurationDays:i:hx-amz-object-lock-event-hold-duration-days,ObjectLockEventHoldDurationYears:i:hx-amz-object-lock-event-hold-duration-years,ExpectedBucketOwner:s:hx-amz-expected-bucket-owner,ExpectedSourceBucketOwner:s:hx-amz-source-expected-bucket-owner
CopyObjectResult|CopyObjectResult:8,Expiration:s:hx-amz-expiration,CopySourceVersionId:s:hx-amz-copy-source-version-id,VersionId:s:hx-amz-version-id,ServerSideEncryption:s:hx-amz-server-side-encryption,SSECustomerAlgorithm:s:hx-amz-server-side-encryption-customer-algorithm,SSECustomerKeyMD5:s:hx-amz-server-side-encryption-customer-key-MD5,SSEKMSKeyId:s:hx-amz-server-side-encryption-aws-kms-key-id,SSEKMSEncryptionContext:s:hx-amz-server-side-encryption-context,BucketKeyEnabled:b:hx-amz-server-side-encryption-bucket-key-enabled,RequestCharged:s:hx-amz-request-charged
|ETag:s,LastModified:t,ChecksumType:s,ChecksumCRC32:s,ChecksumCRC32C:s,ChecksumCRC64NVME:s,ChecksumSHA1:s,ChecksumSHA256:s,ChecksumSHA512:s,ChecksumMD5:s,ChecksumXXHASH64:s,ChecksumXXHASH3:s,ChecksumXXHASH128:s
CreateBucketConfiguration|ACL:s:hx-amz-acl,Bucket!:s:uBucket,CreateBucketConfiguration:10,GrantFullControl:s:hx-amz-grant-full-control,GrantRead:s:hx-amz-grant-read,GrantReadACP:s:hx-amz-grant-read-acp,GrantWrite:s:hx-amz-grant-write,GrantWriteACP:s:hx-amz-grant-write-acp,ObjectLockEnabledForBucket:b:hx-amz-bucket-object-lock-enabled,ObjectOwnership:s:hx-amz-object-ownership,BucketNamespace:s:hx-amz-bucket-namespace
|LocationConstraint:s,Location:11,Bucket:12,Tags:[(Tag)13
|Type:s,Name:s
|DataRedundancy:s,Type:s
|Key!:1>s,Value!:s
|Location:s:hLocation,BucketArn:1>s:hx-amz-bucket-arn
|ACL:s:hx-amz-acl,Bucket!:s:uBucket,CacheControl:s:hCache-Control,ContentDisposition:s:hContent-Disposition,ContentEncoding:s:hContent-Encoding,ContentLanguage:s:hContent-Language,ContentType:s:hContent-Type,Expires:s:hExpires,GrantFullControl:s:hx-amz-grant-full-control,GrantRead:s:hx-amz-grant-read,GrantReadACP:s:hx-amz-grant-read-acp,GrantWriteACP:s:hx-amz-grant-write-acp,Key!:1>s:uKey,Metadata:<s:Hx-amz-meta-,ServerSideEncryption:s:hx-amz-server-side-encryption,StorageClass:s:hx-amz-storage-class,WebsiteRedirectLocation:s:hx-amz-website-redirect-location,SSECustomerAlgorithm:s:hx-amz-server-side-encryption-customer-algorithm,SSECustomerKey:s:hx-amz-server-side-encryption-customer-key,SSECustomerKeyMD5:s:hx-amz-server-side-encryption-customer-key-MD5,SSEKMSKeyId:s:hx-amz-server-side-encryption-aws-kms-key-id,SSEKMSEncryptionContext:s:hx-amz-server-side-encryption-context,BucketKeyEnabled:b:hx-amz-server-side-encryption-bucket-key-enabled,RequestPayer:s:hx-amz-request-payer,Tagging:s:hx-amz-tagging,ObjectLockMode:s:hx-amz-object-lock-mode,ObjectLockRetainUntilDate:ti:hx-amz-object-lock-retain-until-date,ObjectLockLegalHoldStatus:s:hx-amz-object-lock-legal-hold,ObjectLockEventHold:s:hx-amz-object-lock-event-hold,ObjectLockEventHoldDurationDays:i:hx-amz-object-lock-event-hold-duration-days,ObjectLockEventHoldDurationYears:i:hx-amz-object-lock-event-hold-duration-years,ExpectedBucketOwner:s:hx-amz-expected-bucket-owner,ChecksumAlgorithm:s:hx-amz-checksum-algorithm,ChecksumType:s:hx-amz-checksum-type
|AbortDate:t:hx-amz-abort-date,AbortRuleId:s:hx-amz-abort-rule-id,Bucket:s,Key:1>s,UploadId:s,ServerSideEncryption:s:hx-amz-server-side-encryption,SSECustomerAlgorithm:s:hx-amz-server-side-encryption-customer-algorithm,SSECustomerKeyMD5:s:hx-amz-server-side-encryption-customer-key-MD5,SSEKMSKeyId:s:hx-amz-server-side-encryption-aws-kms-key-id,SSEKMSEncryptionContext:s:hx-amz-server-side-encryption-context,BucketKeyEnabled:b:hx-amz-server-side-encryption-bucket-key-enabled,RequestCharged:s:hx-amz-request-charged,ChecksumAlgorithm:s:hx-amz-checksum-algorithm,ChecksumType:s:hx-amz-checksum-type,VersionId:s:hx-amz-version-id
|Bucket!:s:uBucket,ExpectedBucketOwner:s:hx-amz-expected-bucket-owner
|Bucket!:s:uBucket,Key!:1>s:uKey,MFA:s:hx-amz-mfa,VersionId:s:qversionId,RequestPayer:s:hx-amz-request-payer,BypassGovernanceRetention:b:hx-amz-bypass-governance-retention,ExpectedBucketOwner:s:hx-amz-expected-bucket-owner,IfMatch:s:hIf-Match,IfMatchLastModifiedTime:tr:hx-amz-if-match-last-modified-time,IfMatchSize:i:hx-amz-if-match-size
|DeleteMarker:b:hx-amz-delete-marker,VersionId:s:hx-amz-version-id,RequestCharged:s:hx-amz-request-charged
|Bucket!:s:uBucket,Key!:1>s:uKey,VersionId:s:qversionId,ExpectedBucketOwner:s:hx-amz-expected-bucket-owner
|VersionId:s:hx-amz-version-id
Delete|Bucket!:s:uBucket,Delete!:23,MFA:s:hx-amz-mfa,RequestPayer:s:hx-amz-request-payer,BypassGovernanceRetention:b:hx-amz-bypass-governance-retention,ExpectedBucketOwner:s:hx-amz-expected-bucket-owner,ChecksumAlgorithm:s:hx-amz-sdk-checksum-algorithm
|Objects!:[+24:bObject,Quiet:b
|Key!:1>s,VersionId:s,ETag:s,LastModifiedTime:tr,Size:i
|Deleted:[+26,RequestCharged:s:hx-amz-request-charged,Errors:[+27:bError
|Key:1>s,VersionId:s,DeleteMarker:b,DeleteMarkerVersionId:s
|Key:1>s,VersionId:s,Code:s,Message:s
|LocationConstraint:s
|TopicConfigurations:[+30:bTopicConfiguration,QueueConfigurations:[+34:bQueueConfiguration,LambdaFunctionConfigurations:[+35:bCloudFunctionConfiguration,EventBridgeConfiguration:36
|Id:s,TopicArn!:s:bTopic,Events!:[+s:bEvent,Filter:31
|Key:32:bS3Key
|FilterRules:[+33:bFilterRule
|Name:s,Value:s
|Id:s,QueueArn!:s:bQueue,Events!:[+s:bEvent,Filter:31
|Id:s,LambdaFunctionArn!:s:bCloudFunction,Events!:[+s:bEvent,Filter:31
|
Policy|Policy:s
PolicyStatus|PolicyStatus:39
|IsPublic:b
|TagSet!:[(Tag)13
|Status:s,MFADelete:s:bMfaDelete
|Bucket!:s:uBucket,IfMatch:s:hIf-Match,IfModifiedSince:t:hIf-Modified-Since,IfNoneMatch:s:hIf-None-Match,IfUnmodifiedSince:t:hIf-Unmodified-Since,Key!:1>s:uKey,Range:s:hRange,ResponseCacheControl:s:qresponse-cache-control,ResponseContentDisposition:s:qresponse-content-disposition,ResponseContentEncoding:s:qresponse-content-encoding,ResponseContentLanguage:s:qresponse-content-language,ResponseContentType:s:qresponse-content-type,ResponseExpires:tr:qresponse-expires,VersionId:s:qversionId,SSECustomerAlgorithm:s:hx-amz-server-side-encryption-customer-algorithm,SSECustomerKey:s:hx-amz-server-side-encryption-customer-key,SSECustomerKeyMD5:s:hx-amz-server-side-encryption-customer-key-MD5,RequestPayer:s:hx-amz-request-payer,PartNumber:i:qpartNumber,ExpectedBucketOwner:s:hx-amz-expected-bucket-owner,ChecksumMode:s:hx-amz-checksum-mode
Body|Body:B,DeleteMarker:b:hx-amz-delete-marker,AcceptRanges:s:haccept-ranges,Expiration:s:hx-amz-expiration,Restore:s:hx-amz-restore,LastModified:t:hLast-Modified,ContentLength:i:hContent-Length,ETag:s:hETag,ChecksumCRC32:s:hx-amz-checksum-crc32,ChecksumCRC32C:s:hx-amz-checksum-crc32c,ChecksumCRC64NVME:s:hx-amz-checksum-crc64nvme,ChecksumSHA1:s:hx-amz-checksum-sha1,ChecksumSHA256:s:hx-amz-checksum-sha256,ChecksumSHA512:s:hx-amz-checksum-sha512,ChecksumMD5:s:hx-amz-checksum-md5,ChecksumXXHASH64:s:hx-amz-checksum-xxhash64,ChecksumXXHASH3:s:hx-amz-checksum-xxhash3,ChecksumXXHASH128:s:hx-amz-checksum-xxhash128,ChecksumType:s:hx-amz-checksum-type,MissingMeta:i:hx-amz-missing-meta,VersionId:s:hx-amz-version-id,CacheControl:s:hCache-Control,ContentDisposition:s:hContent-Disposition,ContentEncoding:s:hContent-Encoding,ContentLanguage:s:hContent-Language,ContentRange:s:hContent-Range,ContentType:s:hContent-Type,Expires:s:hExpires,WebsiteRedirectLocation:s:hx-amz-website-redirect-location,ServerSideEncryption:s:hx-amz-server-side-encryption,Metadata:<s:Hx-amz-meta-,SSECustomerAlgorithm:s:hx-amz-server-side-encryption-customer-algorithm,SSECustomerKeyMD5:s:hx-amz-server-side-encryption-customer-key-MD5,SSEKMSKeyId:s:hx-amz-server-side-encryption-aws-kms-key-id,BucketKeyEnabled:b:hx-amz-server-side-encryption-bucket-key-enabled,StorageClass:s:hx-amz-storage-class,RequestCharged:s:hx-amz-request-charged,ReplicationStatus:s:hx-amz-replication-status,PartsCount:i:hx-amz-mp-parts-count,TagCount:i:hx-amz-tagging-count,ObjectLockMode:s:hx-amz-object-lock-mode,ObjectLockRetainUntilDate:ti:hx-amz-object-lock-retain-until-date,ObjectLockLegalHoldStatus:s:hx-amz-object-lock-legal-hold,ObjectLockEventHold:s:hx-amz-object-lock-event-hold,ObjectLockEventHoldDurationDays:i:hx-amz-object-lock-event-hold-duration-days,ObjectLockEventHoldDurationYears:i:hx-amz-object-lock-event-hold-duration-years
|Bucket!:s:uBucket,Key!:1>s:uKey,VersionId:s:qversionId,ExpectedBucketOwner:s:hx-amz-expected-bucket-owner,RequestPayer:s:hx-amz-request-payer
|VersionId:s:hx-amz-version-id,TagSet!:[(Tag)13
PublicAccessBlockConfiguration|PublicAccessBlockConfiguration:47
|BlockPublicAcls:b,IgnorePublicAcls:b,BlockPublicPolicy:b,RestrictPublicBuckets:b
|BucketArn:1>s:hx-amz-bucket-arn,BucketLocationType:s:hx-amz-bucket-location-type,BucketLocationName:s:hx-amz-bucket-location-name,BucketRegion:s:hx-amz-bucket-region,AccessPointAlias:b:hx-amz-access-point-alias
|DeleteMarker:b:hx-amz-delete-marker,AcceptRanges:s:haccept-ranges,Expiration:s:hx-amz-expiration,Restore:s:hx-amz-restore,ArchiveStatus:s:hx-amz-archive-status,LastModified:t:hLast-Modified,ContentLength:i:hContent-Length,ChecksumCRC32:s:hx-amz-checksum-crc32,ChecksumCRC32C:s:hx-amz-checksum-crc32c,ChecksumCRC64NVME:s:hx-amz-checksum-crc64nvme,ChecksumSHA1:s:hx-amz-checksum-sha1,ChecksumSHA256:s:hx-amz-checksum-sha256,ChecksumSHA512:s:hx-amz-checksum-sha512,ChecksumMD5:s:hx-amz-checksum-md5,ChecksumXXHASH64:s:hx-amz-checksum-xxhash64,ChecksumXXHASH3:s:hx-amz-checksum-xxhash3,ChecksumXXHASH128:s:hx-amz-checksum-xxhash128,ChecksumType:s:hx-amz-checksum-type,ETag:s:hETag,MissingMeta:i:hx-amz-missing-meta,VersionId:s:hx-amz-version-id,CacheControl:s:hCache-Control,ContentDisposition:s:hContent-Disposition,ContentEncoding:s:hContent-Encoding,ContentLanguage:s:hContent-Language,ContentType:s:hContent-Type,ContentRange:s:hContent-Range,Expires:s:hExpires,WebsiteRedirectLocation:s:hx-amz-website-redirect-location,ServerSideEncryption:s:hx-amz-server-side-encryption,Metadata:<s:Hx-amz-meta-,SSECustomerAlgorithm:s:hx-amz-server-side-encryption-customer-algorithm,SSECustomerKeyMD5:s:hx-amz-server-side-encryption-customer-key-MD5,SSEKMSKeyId:s:hx-amz-server-side-encryption-aws-kms-key-id,BucketKeyEnabled:b:hx-amz-server-side-encryption-bucket-key-enabled,StorageClass:s:hx-amz-storage-class,RequestCharged:s:hx-amz-request-charged,ReplicationStatus:s:hx-amz-replication-status,PartsCount:i:hx-amz-mp-parts-count,TagCount:i:hx-amz-tagging-count,ObjectLockMode:s:hx-amz-object-lock-mode,ObjectLockRetainUntilDate:ti:hx-amz-object-lock-retain-until-date,ObjectLockLegalHoldStatus:s:hx-amz-object-lock-legal-hold,ObjectLockEventHold:s:hx-amz-object-lock-event-hold,ObjectLockEventHoldDurationDays:i:hx-amz-object-lock-event-hold-duration-days,ObjectLockEventHoldDurationYears:i:hx-amz-object-lock-event-hold-duration-years
|MaxBuckets:1>i:qmax-buckets,ContinuationToken:s:qcontinuation-token,Prefix:s:qprefix,BucketRegion:s:qbucket-region
|Buckets:[(Bucket)52,Owner:53,ContinuationToken:s,Prefix:s
|Name:s,CreationDate:t,BucketRegion:s,BucketArn:1>s
|DisplayName:s,ID:s
|Bucket!:s:uBucket,Delimiter:s:qdelimiter,EncodingType:s:qencoding-type,KeyMarker:s:qkey-marker,MaxUploads:i:qmax-uploads,Prefix:s:qprefix,UploadIdMarker:s:qupload-id-marker,ExpectedBucketOwner:s:hx-amz-expected-bucket-owner,RequestPayer:s:hx-amz-request-payer
|Bucket:s,KeyMarker:s,UploadIdMarker:s,NextKeyMarker:s,Prefix:s,Delimiter:s,NextUploadIdMarker:s,MaxUploads:i,IsTruncated:b,Uploads:[+56:bUpload,CommonPrefixes:[+58,EncodingType:s,RequestCharged:s:hx-amz-request-charged
|UploadId:s,Key:1>s,Initiated:t,StorageClass:s,Owner:53,Initiator:57,ChecksumAlgorithm:s,ChecksumType:s,VersionId:s
|ID:s,DisplayName:s
|Prefix:s
|Bucket!:s:uBucket,Delimiter:s:qdelimiter,EncodingType:s:qencoding-type,Marker:s:qmarker,MaxKeys:i:qmax-keys,Prefix:s:qprefix,RequestPayer:s:hx-amz-request-payer,ExpectedBucketOwner:s:hx-amz-expected-bucket-owner,OptionalObjectAttributes:[s:hx-amz-optional-object-attributes
|IsTruncated:b,Marker:s,NextMarker:s,Contents:[+61,Name:s,Prefix:s,Delimiter:s,MaxKeys:i,CommonPrefixes:[+58,EncodingType:s,RequestCharged:s:hx-amz-request-charged
|Key:1>s,LastModified:t,ETag:s,ChecksumAlgorithm:[+s,ChecksumType:s,Size:i,StorageClass:s,Owner:53,RestoreStatus:62
|IsRestoreInProgress:b,RestoreExpiryDate:t
|Bucket!:s:uBucket,Delimiter:s:qdelimiter,EncodingType:s:qencoding-type,MaxKeys:i:qmax-keys,Prefix:s:qprefix,ContinuationToken:s:qcontinuation-token,FetchOwner:b:qfetch-owner,StartAfter:s:qstart-after,RequestPayer:s:hx-amz-request-payer,ExpectedBucketOwner:s:hx-amz-expected-bucket-owner,OptionalObjectAttributes:[s:hx-amz-optional-object-attributes
|IsTruncated:b,Contents:[+61,Name:s,Prefix:s,Delimiter:s,MaxKeys:i,CommonPrefixes:[+58,EncodingType:s,KeyCount:i,ContinuationToken:s,NextContinuationToken:s,StartAfter:s,RequestCharged:s:hx-amz-request-charged
|Bucket!:s:uBucket,Key!:1>s:uKey,MaxParts:i:qmax-parts,PartNumberMarker:i:qpart-number-marker,UploadId!:s:quploadId,RequestPayer:s:hx-amz-request-payer,ExpectedBucketOwner:s:hx-amz-expected-bucket-owner,SSECustomerAlgorithm:s:hx-amz-server-side-encryption-customer-algorithm,SSECustomerKey:s:hx-amz-server-side-encryption-customer-key,SSECustomerKeyMD5:s:hx-amz-server-side-encryption-customer-key-MD5
|AbortDate:t:hx-amz-abort-date,AbortRuleId:s:hx-amz-abort-rule-id,Bucket:s,Key:1>s,UploadId:s,PartNumberMarker:i,NextPartNumberMarker:i,MaxParts:i,IsTruncated:b,Parts:[+67:bPart,Initiator:57,Owner:53,StorageClass:s,RequestCharged:s:hx-amz-request-charged,ChecksumAlgorithm:s,ChecksumType:s,VersionId:s:hx-amz-version-id
|PartNumber:i,LastModified:t,ETag:s,Size:i,ChecksumCRC32:s,ChecksumCRC32C:s,ChecksumCRC64NVME:s,ChecksumSHA1:s,ChecksumSHA256:s,ChecksumSHA512:s,ChecksumMD5:s,ChecksumXXHASH64:s,ChecksumXXHASH3:s,ChecksumXXHASH128:s
NotificationConfiguration|Bucket!:s:uBucket,NotificationConfiguration!:29,ExpectedBucketOwner:s:hx-amz-expected-bucket-owner,SkipDestinationValidation:b:hx-amz-skip-destination-validation
Policy|Bucket!:s:uBucket,ContentMD5:s:hContent-MD5,ChecksumAlgorithm:s:hx-amz-sdk-checksum-algorithm,ConfirmRemoveSelfBucketAccess:b:hx-amz-confirm-remove-self-bucket-access,Policy!:s,ExpectedBucketOwner:s:hx-amz-expected-bucket-owner
Tagging|Bucket!:s:uBucket,ContentMD5:s:hContent-MD5,ChecksumAlgorithm:s:hx-amz-sdk-checksum-algorithm,Tagging!:40,ExpectedBucketOwner:s:hx-amz-expected-bucket-owner
VersioningConfiguration|Bucket!:s:uBucket,ContentMD5:s:hContent-MD5,ChecksumAlgorithm:s:hx-amz-sdk-checksum-algorithm,MFA:s:hx-amz-mfa,VersioningConfiguration!:72,ExpectedBucketOwner:s:hx-amz-expected-bucket-owner
|MFADelete:s:bMfaDelete,Status:s
Body|ACL:s:hx-amz-acl,Body:B,Bucket!:s:uBucket,CacheControl:s:hCache-Control,ContentDisposition:s:hContent-Disposition,ContentEncoding:s:hContent-Encoding,ContentLanguage:s:hContent-Language,ContentLength:i:hContent-Length,ContentMD5:s:hContent-MD5,ContentType:s:hContent-Type,ChecksumAlgorithm:s:hx-amz-sdk-checksum-algorithm,ChecksumCRC32:s:hx-amz-checksum-crc32,ChecksumCRC32C:s:hx-amz-checksum-crc32c,ChecksumCRC64NVME:s:hx-amz-checksum-crc64nvme,ChecksumSHA1:s:hx-amz-checksum-sha1,ChecksumSHA256:s:hx-amz-checksum-sha256,ChecksumSHA512:s:hx-amz-checksum-sha512,ChecksumMD5:s:hx-amz-checksum-md5,ChecksumXXHASH64:s:hx-amz-checksum-xxhash64,ChecksumXXHASH3:s:hx-amz-checksum-xxhash3,ChecksumXXHASH128:s:hx-amz-checksum-xxhash128,Expires:s:hExpires,IfMatch:s:hIf-Match,IfNoneMatch:s:hIf-None-Match,GrantFullControl:s:hx-amz-grant-full-control,GrantRead:s:hx-amz-grant-read,GrantReadACP:s:hx-amz-grant-read-acp,GrantWriteACP:s:hx-amz-grant-write-acp,Key!:1>s:uKey,WriteOffsetBytes:i:hx-amz-write-offset-bytes,Metadata:<s:Hx-amz-meta-,ServerSideEncryption:s:hx-amz-server-side-encryption,StorageClass:s:hx-amz-storage-class,WebsiteRedirectLocation:s:hx-amz-website-redirect-location,SSECustomerAlgorithm:s:hx-amz-server-side-encryption-customer-algorithm,SSECustomerKey:s:hx-amz-server-side-encryption-customer-key,SSECustomerKeyMD5:s:hx-amz-server-side-encryption-customer-key-MD5,SSEKMSKeyId:s:hx-amz-server-side-encryption-aws-kms-key-id,SSEKMSEncryptionContext:s:hx-amz-server-side-encryption-context,BucketKeyEnabled:b:hx-amz-server-side-encryption-bucket-key-enabled,RequestPayer:s:hx-amz-request-payer,Tagging:s:hx-amz-tagging,ObjectLockMode:s:hx-amz-object-lock-mode,ObjectLockRetainUntilDate:ti:hx-amz-object-lock-retain-until-date,ObjectLockLegalHoldStatus:s:hx-amz-object-lock-legal-hold,ObjectLockEventHold:s:hx-amz-object-lock-event-hold,ObjectLockEventHoldDurationDays:i:hx-amz-object-lock-event-hold-duration-days,ObjectLockEventHoldDurationYears:i:hx-amz-object-lock-event-hold-duration-years,ExpectedBucketOwner:s:hx-amz-expected-bucket-owner
|Expiration:s:hx-amz-expiration,ETag:s:hETag,ChecksumCRC32:s:hx-amz-checksum-crc32,ChecksumCRC32C:s:hx-amz-checksum-crc32c,ChecksumCRC64NVME:s:hx-amz-checksum-crc64nvme,ChecksumSHA1:s:hx-amz-checksum-sha1,ChecksumSHA256:s:hx-amz-checksum-sha256,ChecksumSHA512:s:hx-amz-checksum-sha512,ChecksumMD5:s:hx-amz-checksum-md5,ChecksumXXHASH64:s:hx-amz-checksum-xxhash64,ChecksumXXHASH3:s:hx-amz-checksum-xxhash3,ChecksumXXHASH128:s:hx-amz-checksum-xxhash128,ChecksumType:s:hx-amz-checksum-type,ServerSideEncryption:s:hx-amz-server-side-encryption,VersionId:s:hx-amz-version-id,SSECustomerAlgorithm:s:hx-amz-server-side-encryption-customer-algorithm,SSECustomerKeyMD5:s:hx-amz-server-side-encryption-customer-key-MD5,SSEKMSKeyId:s:hx-amz-server-side-encryption-aws-kms-key-id,SSEKMSEncryptionContext:s:hx-amz-server-side-encryption-context,BucketKeyEnabled:b:hx-amz-server-side-encryption-bucket-key-enabled,Size:i:hx-amz-object-size,RequestCharged:s:hx-amz-request-charged
Tagging|Bucket!:s:uBucket,Key!:1>s:uKey,VersionId:s:qversionId,ContentMD5:s:hContent-MD5,ChecksumAlgorithm:s:hx-amz-sdk-checksum-algorithm,Tagging!:40,ExpectedBucketOwner:s:hx-amz-expected-bucket-owner,RequestPayer:s:hx-amz-request-payer
PublicAccessBlockConfiguration|Bucket!:s:uBucket,ContentMD5:s:hContent-MD5,ChecksumAlgorithm:s:hx-amz-sdk-checksum-algorithm,PublicAccessBlockConfiguration!:47,ExpectedBucketOwner:s:hx-amz-expected-bucket-owner
Body|Body:B,Bucket!:s:uBucket,ContentLength:i:hContent-Length,ContentMD5:s:hContent-MD5,ChecksumAlgorithm:s:hx-amz-sdk-checksum-algorithm,ChecksumCRC32:s:hx-amz-checksum-crc32,ChecksumCRC32C:s:hx-amz-checksum-crc32c,ChecksumCRC64NVME:s:hx-amz-checksum-crc64nvme,ChecksumSHA1:s:hx-amz-checksum-sha1,ChecksumSHA256:s:hx-amz-checksum-sha256,ChecksumSHA512:s:hx-amz-checksum-sha512,ChecksumMD5:s:hx-amz-checksum-md5,ChecksumXXHASH64:s:hx-amz-checksum-xxhash64,ChecksumXXHASH3:s:hx-amz-checksum-xxhash3,ChecksumXXHASH128:s:hx-amz-checksum-xxhash128,Key!:1>s:uKey,PartNumber!:i:qpartNumber,UploadId!:s:quploadId,SSECustomerAlgorithm:s:hx-amz-server-side-encryption-customer-algorithm,SSECustomerKey:s:hx-amz-server-side-encryption-customer-key,SSECustomerKeyMD5:s:hx-amz-server-side-encryption-customer-key-MD5,RequestPayer:s:hx-amz-request-payer,ExpectedBucketOwner:s:hx-amz-expected-bucket-owner
|ServerSideEncryption:s:hx-amz-server-side-encryption,ETag:s:hETag,ChecksumCRC32:s:hx-amz-checksum-crc32,ChecksumCRC32C:s:hx-amz-checksum-crc32c,ChecksumCRC64NVME:s:hx-amz-checksum-crc64nvme,ChecksumSHA1:s:hx-amz-checksum-sha1,ChecksumSHA256:s:hx-amz-checksum-sha256,ChecksumSHA512:s:hx-amz-checksum-sha512,ChecksumMD5:s:hx-amz-checksum-md5,ChecksumXXHASH64:s:hx-amz-checksum-xxhash64,ChecksumXXHASH3:s:hx-amz-checksum-xxhash3,ChecksumXXHASH128:s:hx-amz-checksum-xxhash128,SSECustomerAlgorithm:s:hx-amz-server-side-encryption-customer-algorithm,SSECustomerKeyMD5:s:hx-amz-server-side-encryption-customer-key-MD5,SSEKMSKeyId:s:hx-amz-server-side-encryption-aws-kms-key-id,BucketKeyEnabled:b:hx-amz-server-side-encryption-bucket-key-enabled,RequestCharged:s:hx-amz-request-charged,VersionId:s:hx-amz-version-id
|Bucket!:s:uBucket,CopySource!:s:hx-amz-copy-source,CopySourceIfMatch:s:hx-amz-copy-source-if-match,CopySourceIfModifiedSince:t:hx-amz-copy-source-if-modified-since,CopySourceIfNoneMatch:s:hx-amz-copy-source-if-none-match,CopySourceIfUnmodifiedSince:t:hx-amz-copy-source-if-unmodified-since,CopySourceRange:s:hx-amz-copy-source-range,Key!:1>s:uKey,PartNumber!:i:qpartNumber,UploadId!:s:quploadId,SSECustomerAlgorithm:s:hx-amz-server-side-encryption-customer-algorithm,SSECustomerKey:s:hx-amz-server-side-encryption-customer-key,SSECustomerKeyMD5:s:hx-amz-server-side-encryption-customer-key-MD5,CopySourceSSECustomerAlgorithm:s:hx-amz-copy-source-server-side-encryption-customer-algorithm,CopySourceSSECustomerKey:s:hx-amz-copy-source-server-side-encryption-customer-key,CopySourceSSECustomerKeyMD5:s:hx-amz-copy-source-server-side-encryption-customer-key-MD5,RequestPayer:s:hx-amz-request-payer,ExpectedBucketOwner:s:hx-amz-expected-bucket-owner,ExpectedSourceBucketOwner:s:hx-amz-source-expected-bucket-owner
CopyPartResult|CopySourceVersionId:s:hx-amz-copy-source-version-id,CopyPartResult:81,ServerSideEncryption:s:hx-amz-server-side-encryption,SSECustomerAlgorithm:s:hx-amz-server-side-encryption-customer-algorithm,SSECustomerKeyMD5:s:hx-amz-server-side-encryption-customer-key-MD5,SSEKMSKeyId:s:hx-amz-server-side-encryption-aws-kms-key-id,BucketKeyEnabled:b:hx-amz-server-side-encryption-bucket-key-enabled,RequestCharged:s:hx-amz-request-charged,VersionId:s:hx-amz-version-id
|ETag:s,LastModified:t,ChecksumCRC32:s,ChecksumCRC32C:s,ChecksumCRC64NVME:s,ChecksumSHA1:s,ChecksumSHA256:s,ChecksumSHA512:s,ChecksumMD5:s,ChecksumXXHASH64:s,ChecksumXXHASH3:s,ChecksumXXHASH128:s
|StorageClass:s,AccessTier:s""",
    "dynamodbstreams": """DynamoDB Streams	json	1.0	DynamoDBStreams_20120810	2012-08-10		streams.dynamodb	dynamodb	
-
DescribeStream		0	2
GetRecords		7	8
GetShardIterator		13	14
ListStreams		15	16
-
ExpiredIteratorException=:18 InternalServerError=:18 LimitExceededException=:18 ResourceNotFoundException=:18 TrimmedDataAccessException=:18
-

-

-
|StreamArn!:37>s,Limit:1>i,ExclusiveStartShardId:28>s,ShardFilter:1
|Type:s,ShardId:28>s
|StreamDescription:3
|StreamArn:37>s,StreamLabel:s,StreamStatus:s,StreamViewType:s,CreationRequestDateTime:t,TableName:3>s,KeySchema:1>[4,Shards:[5,LastEvaluatedShardId:28>s
|AttributeName!:1>s,KeyType!:s
|ShardId:28>s,SequenceNumberRange:6,ParentShardId:28>s
|StartingSequenceNumber:21>s,EndingSequenceNumber:21>s
|ShardIterator!:1>s,Limit:1>i
|Records:[9,NextShardIterator:1>s
|eventID:s,eventName:s,eventVersion:s,eventSource:s,awsRegion:s,dynamodb:10,userIdentity:12
|ApproximateCreationDateTime:t,Keys:<11,NewImage:<11,OldImage:<11,SequenceNumber:21>s,SizeBytes:1>i,StreamViewType:s
|S:s,N:s,B:B,SS:[s,NS:[s,BS:[B,M:<11,L:[11,NULL:b,BOOL:b
|PrincipalId:s,Type:s
|StreamArn!:37>s,ShardId!:28>s,ShardIteratorType!:s,SequenceNumber:21>s,Timestamp:t
|ShardIterator:1>s
|TableName:3>s,Limit:1>i,ExclusiveStartStreamArn:37>s
|Streams:[17,LastEvaluatedStreamArn:37>s
|StreamArn:37>s,TableName:3>s,StreamLabel:s
|message:s""",
    "sts": """STS	query			2011-06-15	sts.amazonaws.com	sts	sts	
-
AssumeRole		0	4	AssumeRoleResult
GetCallerIdentity		7	8	GetCallerIdentityResult
-
ExpiredTokenException=:9 ExpiredTradeInTokenException=:9 IDPCommunicationErrorException=IDPCommunicationError:9 IDPRejectedClaimException=IDPRejectedClaim:9 InvalidAuthorizationMessageException=:9 InvalidIdentityTokenException=InvalidIdentityToken:9 JWTPayloadSizeExceededException=:9 MalformedPolicyDocumentException=MalformedPolicyDocument:9 OutboundWebIdentityFederationDisabledException=:9 PackedPolicyTooLargeException=PackedPolicyTooLarge:9 RegionDisabledException=:9 SessionDurationEscalationException=:9
-

-

-
|RoleArn!:20>s,RoleSessionName!:2>s,PolicyArns:[1,Policy:1>s,DurationSeconds:900>i,Tags:[2,TransitiveTagKeys:[1>s,ExternalId:2>s,SerialNumber:9>s,TokenCode:6>s,SourceIdentity:2>s,ProvidedContexts:1>[3,MinimumSessionTokenSize:i
|arn:20>s
|Key!:1>s,Value!:s
|ProviderArn:20>s,ContextAssertion:4>s
|Credentials:5,AssumedRoleUser:6,PackedPolicySize:i,SourceIdentity:2>s,SessionTokenUtilization:i,SessionTokenSize:i
|AccessKeyId!:16>s,SecretAccessKey!:s,SessionToken!:s,Expiration!:t
|AssumedRoleId!:2>s,Arn!:20>s
|
|UserId:s,Account:s,Arn:20>s
|message:s""",
}

NAMES = "accessanalyzer account account-access account-access-runtime acm acm-pca agent-registry agent-registry-control aiops amp amplify amplifybackend amplifyuibuilder apigateway apigatewaymanagementapi apigatewayv2 appconfig appconfigdata appfabric appflow appintegrations application-autoscaling application-insights application-signals applicationcostprofiler appmesh apprunner appstream appsync arc-region-switch arc-zonal-shift artifact athena auditmanager autoscaling autoscaling-plans b2bi backup backup-gateway backupsearch batch bcm-dashboards bcm-data-exports bcm-pricing-calculator bcm-recommended-actions bedrock bedrock-agent bedrock-agent-runtime bedrock-agentcore bedrock-agentcore-control bedrock-data-automation bedrock-data-automation-runtime bedrock-runtime billing billingconductor braket budgets ce chatbot chime chime-sdk-identity chime-sdk-media-pipelines chime-sdk-meetings chime-sdk-messaging chime-sdk-voice cleanrooms cleanroomsml cloud9 cloudcontrol clouddirectory cloudformation cloudfront cloudfront-keyvaluestore cloudhsm cloudhsmv2 cloudsearch cloudsearchdomain cloudtrail cloudtrail-data cloudwatch cloudwatchomni codeartifact codebuild codecatalyst codecommit codeconnections codedeploy codeguru-reviewer codeguru-security codeguruprofiler codepipeline codestar-connections codestar-notifications cognito-identity cognito-idp cognito-sync comprehend comprehendmedical compute-optimizer compute-optimizer-automation config connect connect-contact-lens connectcampaigns connectcampaignsv2 connectcases connecthealth connectparticipant connectscheduling continuum controlcatalog controltower cost-optimization-hub cur customer-profiles databrew dataexchange datapipeline datasync datazone dax deadline detective devicefarm devops-agent devops-guru directconnect discovery dlm dms docdb docdb-elastic drs ds ds-data dsql dynamodb dynamodbstreams ebs ec2 ec2-instance-connect ecr ecr-public ecs efs eks eks-auth elasticache elasticbeanstalk elb elbv2 elementalinference emr emr-containers emr-serverless endusermessaging entityresolution es eventbridgev2 events evs firehose fis fms forecast forecastquery frauddetector freetier fsx gamelift gameliftstreams geo-maps geo-places geo-routes glacier globalaccelerator glue grafana greengrass greengrassv2 groundstation guardduty health healthlake iam iam-toolbox identitystore imagebuilder importexport inspector inspector-scan inspector2 interconnect internetmonitor invoicing iot iot-data iot-jobs-data iot-managed-integrations iotdeviceadvisor iotfleetwise iotsecuretunneling iotsitewise iotthingsgraph iottwinmaker iotwireless ivs ivs-realtime ivschat kafka kafkaconnect kendra kendra-ranking keyspaces keyspacesstreams kinesis kinesis-video-archived-media kinesis-video-media kinesis-video-signaling kinesis-video-webrtc-storage kinesisanalytics kinesisanalyticsv2 kinesisvideo kms lakeformation lambda lambda-core lambda-microvms lambda-web launch-wizard lex-models lex-runtime lexv2-models lexv2-runtime license-manager license-manager-linux-subscriptions license-manager-user-subscriptions lightsail location logs lookoutequipment m2 machinelearning macie2 mailmanager managedblockchain managedblockchain-query marketplace-agreement marketplace-catalog marketplace-deployment marketplace-discovery marketplace-entitlement marketplace-reporting marketplacecommerceanalytics mediaconnect mediaconvert medialive mediapackage mediapackage-vod mediapackagev2 mediastore mediastore-data mediatailor medical-imaging memorydb meteringmarketplace mgh mgn migration-hub-refactor-spaces migrationhub-config migrationhuborchestrator migrationhubstrategy mpa mq mturk mwaa mwaa-serverless neptune neptune-graph neptunedata network-firewall network-security-manager networkflowmonitor networkmanager networkmonitor notifications notificationscontacts nova-act oam observabilityadmin odb omics opensearch opensearchmemory opensearchserverless organizations osis outposts partnercentral-account partnercentral-benefits partnercentral-channel partnercentral-revenue-measurement partnercentral-selling payment-cryptography payment-cryptography-data pca-connector-ad pca-connector-scep pcs personalize personalize-events personalize-runtime pi pinpoint pinpoint-email pinpoint-sms-voice pinpoint-sms-voice-v2 pipes polly pricing pricing-plan-manager proton qapps qbusiness qconnect quicksight ram rbin rds rds-data redshift redshift-data redshift-serverless rekognition repostspace resiliencehub resiliencehubv2 resource-explorer-2 resource-groups resourcegroupstaggingapi rolesanywhere route53 route53-recovery-cluster route53-recovery-control-config route53-recovery-readiness route53domains route53globalresolver route53profiles route53resolver rtbfabric rum s3 s3control s3files s3outposts s3tables s3vectors sagemaker sagemaker-a2i-runtime sagemaker-edge sagemaker-featurestore-runtime sagemaker-geospatial sagemaker-inference-router-runtime sagemaker-metrics sagemaker-runtime sagemakerjobruntime sagemakertrainingsessionruntime savingsplans scheduler schemas sdb secretsmanager security-ir securityagent securityhub securitylake serverlessrepo service-quotas servicecatalog servicecatalog-appregistry servicediscovery ses sesv2 shield signer signer-data signin simpledbv2 sms-voice snow-device-management snowball sns socialmessaging sqs ssm ssm-contacts ssm-guiconnect ssm-incidents ssm-quicksetup ssm-sap sso sso-admin sso-oidc stepfunctions storagegateway sts supplychain support support-app supportauthz sustainability swf synthetics taxsettings textract timestream-influxdb timestream-query timestream-write transcribe transfer translate trustedadvisor uxc verifiedpermissions voice-id vpc-lattice waf waf-regional wafv2 wellarchitected wickr wisdom workdocs workmail workmailmessageflow workspaces workspaces-instances workspaces-thin-client workspaces-web xray".split()
