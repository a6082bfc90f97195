//! Layers on their way in.

use std::collections::BTreeMap;

use aws_api::Call;
use base64::{Engine, engine::general_purpose::STANDARD};
use kernel::{AwsError, Batch};
use oci::media_type;
use serde_json::{Value, json};

use super::{registry, text};
use crate::{Ecr, rules};

/// What has come of each upload.
pub type Uploads = BTreeMap<String, Upload>;

/// A layer whose bytes are still coming.
#[derive(Default)]
pub struct Upload {
    bytes: Vec<u8>,
    /// Whether a part was smaller than all but the last may be.
    ended: bool,
}

impl Ecr {
    pub(super) fn initiate_layer_upload(&self, call: &Call) -> Result<Value, AwsError> {
        self.look(call, |_| Ok(()))?;
        let id = self.kernel.rng.uuid();
        self.uploads.borrow_mut().insert(id.clone(), Upload::default());
        Ok(json!({"uploadId": id, "partSize": rules::PART}))
    }

    pub(super) fn upload_layer_part(&self, call: &Call) -> Result<Value, AwsError> {
        self.look(call, |_| Ok(()))?;
        let (place, name, id) = (registry(call), text(call, "repositoryName"), text(call, "uploadId"));
        let part = STANDARD.decode(text(call, "layerPartBlob")).unwrap_or_default();
        let position = |member: &str| call.input[member].as_u64().unwrap_or_default();
        let (first, last) = (position("partFirstByte"), position("partLastByte"));
        let mut uploads = self.uploads.borrow_mut();
        let upload = uploads.get_mut(id).ok_or_else(|| rules::no_upload(&place, name, id))?;
        let received = upload.bytes.len() as u64;
        if first != received || last + 1 != first + part.len() as u64 {
            let message = format!(
                "Layer part with first byte '{first}' and last byte '{last}' is not valid: the last byte received is \
                 '{}'",
                received.saturating_sub(1)
            );
            let error = AwsError::new("InvalidLayerPartException", message).with_member("registryId", place.0);
            let error = error.with_member("repositoryName", name).with_member("uploadId", id);
            return Err(error.with_member("lastValidByteReceived", received.saturating_sub(1)));
        }
        if upload.ended {
            let message = format!("Layer parts must be at least {} bytes in size, but for the last", rules::MIN_PART);
            return Err(AwsError::new("LayerPartTooSmallException", message));
        }
        upload.ended = part.len() < rules::MIN_PART;
        upload.bytes.extend_from_slice(&part);
        Ok(json!({"registryId": place.0, "repositoryName": name, "uploadId": id, "lastByteReceived": last}))
    }

    pub(super) async fn complete_layer_upload(&self, call: &Call) -> Result<Value, AwsError> {
        let (place, name, id) = (registry(call), text(call, "repositoryName"), text(call, "uploadId"));
        self.look(call, |_| Ok(()))?;
        let bytes = match self.uploads.borrow().get(id) {
            None => return Err(rules::no_upload(&place, name, id)),
            Some(upload) if upload.bytes.is_empty() => {
                let message = format!("The upload with id '{id}' does not contain any layer parts");
                return Err(AwsError::new("EmptyUploadException", message));
            }
            Some(upload) => upload.bytes.clone(),
        };
        let digest = oci::digest(&bytes);
        let named = call.input["layerDigests"].as_array().into_iter().flatten().filter_map(Value::as_str);
        if !named.clone().any(|named| named == digest) {
            let message = format!(
                "Layer digests '[{}]' do not match the digest '{digest}' of the uploaded layer",
                named.collect::<Vec<_>>().join(", ")
            );
            return Err(AwsError::new("InvalidLayerException", message));
        }
        self.uploads.borrow_mut().remove(id);
        let mut batch = Batch::default();
        {
            let mut state = self.state.borrow_mut();
            let missing = || rules::no_repository(&place, name);
            let mut repository = state.repository(&place, name).ok_or_else(missing)?.clone();
            if repository.layers.insert(digest.clone(), bytes.len() as u64).is_some() {
                let message = format!(
                    "Layer with digest '{digest}' already exists in the repository with name '{name}' in the registry \
                     with id '{}'",
                    place.0
                );
                return Err(AwsError::new("LayerAlreadyExistsException", message));
            }
            state.put_blob(&digest, bytes.into(), &mut batch);
            state.put(&place, name, repository, &mut batch);
        }
        self.commit(batch).await?;
        Ok(json!({"registryId": place.0, "repositoryName": name, "uploadId": id, "layerDigest": digest}))
    }

    pub(super) fn batch_check_layer_availability(&self, call: &Call) -> Result<Value, AwsError> {
        let digests = call.input["layerDigests"].as_array().into_iter().flatten().filter_map(Value::as_str);
        self.look(call, |repository| {
            let (mut layers, mut failures) = (Vec::new(), Vec::new());
            for digest in digests {
                if !digest.starts_with("sha256:") {
                    failures.push(json!({
                        "layerDigest": digest,
                        "failureCode": "InvalidLayerDigest",
                        "failureReason": "Invalid layer digest",
                    }));
                } else if let Some(size) = repository.layers.get(digest) {
                    layers.push(json!({
                        "layerDigest": digest,
                        "layerAvailability": "AVAILABLE",
                        "layerSize": size,
                        "mediaType": media_type::DOCKER_LAYER_GZIP,
                    }));
                } else {
                    layers.push(json!({"layerDigest": digest, "layerAvailability": "UNAVAILABLE"}));
                }
            }
            Ok(json!({"layers": layers, "failures": failures}))
        })
    }

    pub(super) fn get_download_url_for_layer(&self, call: &Call) -> Result<Value, AwsError> {
        let (place, name, digest) = (registry(call), text(call, "repositoryName"), text(call, "layerDigest"));
        self.look(call, |repository| {
            if repository.layers.contains_key(digest) {
                return Ok(());
            }
            let message = format!(
                "The layer with digest '{digest}' does not exist in the repository with name '{name}' in the registry \
                 with id '{}'",
                place.0
            );
            Err(AwsError::new("LayersNotFoundException", message))
        })?;
        let url = self.downloads.address(&self.kernel, &place, name, digest);
        Ok(json!({"downloadUrl": url, "layerDigest": digest}))
    }
}
