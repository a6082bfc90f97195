"""Settings of a client."""


class Config:
    """Takes every setting of botocore's; what the emulator has no use for is kept and has no effect."""

    DEFAULTS = {
        "region_name": None, "signature_version": None, "user_agent": None, "user_agent_extra": None,
        "connect_timeout": 60, "read_timeout": 60, "parameter_validation": True, "max_pool_connections": 10,
        "proxies": None, "proxies_config": None, "s3": None, "retries": None, "client_cert": None,
        "inject_host_prefix": None, "endpoint_discovery_enabled": None, "use_dualstack_endpoint": None,
        "use_fips_endpoint": None, "ignore_configured_endpoint_urls": None, "defaults_mode": None,
        "tcp_keepalive": None, "request_min_compression_size_bytes": None, "disable_request_compression": None,
        "client_context_params": None, "sigv4a_signing_region_set": None, "request_checksum_calculation": None,
        "response_checksum_validation": None, "account_id_endpoint_mode": None, "auth_scheme_preference": None,
        "user_agent_appid": None,
    }  # fmt: skip

    def __init__(self, *args, **kwargs):
        given = dict(zip(self.DEFAULTS, args), **kwargs)
        for name in given:
            if name not in self.DEFAULTS:
                raise TypeError(f"Got unexpected keyword argument '{name}'")
        self._given = given
        for name, value in {**self.DEFAULTS, **given}.items():
            setattr(self, name, value)

    def merge(self, other):
        """A config in which what `other` sets goes before."""
        return Config(**{**self._given, **other._given})

    def attempts(self):
        """How often a request is sent at most."""
        retries = self.retries or {}
        if "total_max_attempts" in retries:
            return max(1, retries["total_max_attempts"])
        if "max_attempts" in retries:
            return max(1, retries["max_attempts"] + 1)
        return 3
